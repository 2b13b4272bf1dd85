import type { RejectionReason } from '../domain/sample.ts';

/**
 * `nothing-to-store`: the message held nothing but names that its source ignores, or by its format no values, or was of an
 * event that its source ignores. `over-bounds`: it came with QoS 0 when too much was in hand. `refused-history`: a reading
 * of the past, whose bringer was told why.
 */
export type DropReason = 'dead-letters-full' | 'nothing-to-store' | 'over-bounds' | 'refused-history';

export type LedgerName = 'messages' | 'samples' | 'assessment';

/**
 * The three ledgers, counted from process start. They hold at every moment between two turns of the event loop:
 * messages: received = stored + duplicate + deadLettered + dropped + inFlight, stored being a sample of it at least, or
 * what it says of a connection;
 * samples: decoded = stored + duplicate + rejected + inFlight;
 * assessment: stored = assessed + noted + waiting + late + history, noted being handed over to whichever node assesses.
 * Plain numbers, since they are counted for every sample; the metrics read them when scraped.
 */
export class Ledger {
  readonly messages = { received: 0, stored: 0, duplicate: 0, deadLettered: 0, inFlight: 0 };
  readonly dropped = new Map<DropReason, number>([
    ['dead-letters-full', 0],
    ['nothing-to-store', 0],
    ['over-bounds', 0],
    ['refused-history', 0],
  ]);
  readonly samples = {
    decoded: 0,
    stored: 0,
    duplicate: 0,
    inFlight: 0,
    assessed: 0,
    noted: 0,
    waiting: 0,
    late: 0,
    history: 0,
  };
  readonly rejected = new Map<RejectionReason, number>();
  ticketsOpened = 0;

  drop(reason: DropReason): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  reject(reason: RejectionReason, samples: number): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + samples);
  }

  /** Samples that waited in the store are assessed. */
  assessWaiting(samples: number): void {
    this.samples.waiting -= samples;
    this.samples.assessed += samples;
  }

  /** By how much each ledger is out: 0 when it adds up, more when something is missing, less when there is too much. */
  differences(): Record<LedgerName, number> {
    const { messages: m, samples: s } = this;
    return {
      messages: m.received - (m.stored + m.duplicate + m.deadLettered + total(this.dropped) + m.inFlight),
      samples: s.decoded - (s.stored + s.duplicate + total(this.rejected) + s.inFlight),
      assessment: s.stored - (s.assessed + s.noted + s.waiting + s.late + s.history),
    };
  }

  /** What does not add up, in words; empty when all three ledgers hold. */
  imbalance(): string[] {
    const { received } = this.messages;
    const { decoded, stored } = this.samples;
    const totals: Record<LedgerName, number> = { messages: received, samples: decoded, assessment: stored };
    return Object.entries(this.differences()).flatMap(([name, difference]) => {
      const whole = totals[name as LedgerName];
      return difference === 0 ? [] : [`${name}: ${whole} is not ${whole - difference}`];
    });
  }
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
