import { type Asset, type AssetEvent, isInstallation, type TicketClosedEvent } from '../domain/asset.ts';
import type { Spell } from '../domain/backtest.ts';
import type { Finding } from '../domain/finding.ts';
import { type Duration, fromMicros, MINUTE, type Timestamp, toMicros } from '../domain/time.ts';
import type { DeafTimes } from '../pipeline/deafTimes.ts';
import { HistoryFold } from '../pipeline/historyFold.ts';
import { BY_FETTLE, raise } from '../pipeline/raise.ts';
import { configuredMode } from '../pipeline/raising.ts';
import type { FaultSink } from '../pipeline/ruleFaults.ts';
import type { StoredSample } from '../ports/timeSeriesStore.ts';
import type { CompiledModel } from '../rules/model.ts';
import { RuleSpells } from './ruleSpells.ts';
import { type BookedTicket, TicketBook } from './ticketBook.ts';

/** Fine enough for silences and lives by the calendar, which are meant in hours and days. */
const TICK_EVERY: Duration = 15 * MINUTE;

export interface AssetTrialOptions {
  readonly asset: Asset;
  readonly model: CompiledModel;
  /** All of the asset by (at, id). */
  readonly events: readonly AssetEvent[];
  readonly deaf: Pick<DeafTimes, 'within'>;
  readonly faults: FaultSink;
  /** Hears of every finding in its turn. */
  readonly onFinding?: (finding: Finding) => void;
}

/** What came of one set of rules on one asset. */
export interface Tried {
  readonly tickets: readonly BookedTicket[];
  /** By rule id. */
  readonly rules: ReadonlyMap<string, readonly Spell[]>;
}

/**
 * Lets one asset live through its history under one set of rules: the fold finds, as live, and raise.ts does with the
 * ticket what follows. What people did stays as it happened: parts replaced, maintenance, tickets closed.
 */
export class AssetTrial {
  readonly #options: AssetTrialOptions;
  readonly #fold: HistoryFold;
  readonly #book: TicketBook;
  readonly #spells: RuleSpells;
  readonly #closings: TicketClosedEvent[];

  constructor(options: AssetTrialOptions) {
    const { asset, model, deaf, faults } = options;
    const events = options.events.flatMap(factOf).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    this.#options = options;
    this.#book = new TicketBook(events.filter(isInstallation));
    this.#closings = events.filter((event) => event.type === 'ticket-closed');
    this.#spells = new RuleSpells(model.ruleById);
    this.#fold = new HistoryFold({ assetId: asset.id, model, events, tickEvery: TICK_EVERY, faults, deaf });
  }

  take(sample: StoredSample): void {
    this.#fold.take(sample);
  }

  /** Does with tickets what follows from what was found since. */
  async settle(): Promise<void> {
    for (const finding of this.#fold.takeFindings()) await this.#raise(finding);
  }

  /** Lets time pass until just before `to`. */
  async finish(to: Timestamp): Promise<Tried> {
    this.#fold.finish(justBefore(to));
    await this.settle();
    this.#closeBefore(to);
    this.#book.end(to);
    return { tickets: this.#book.booked, rules: this.#spells.end(to) };
  }

  async #raise(finding: Finding): Promise<void> {
    const { asset, model, onFinding } = this.#options;
    this.#closeBefore(finding.time);
    onFinding?.(finding);
    this.#spells.take(finding);
    const rule = model.ruleById.get(finding.ruleId)!;
    const mode = configuredMode(rule, asset.siteId);
    this.#book.now = finding.time;
    // Ids are made of whole milliseconds.
    const now = Math.floor(finding.time);
    await raise({ asset, model: model.model }, finding, {
      tx: this.#book,
      now,
      mode,
      modeForOpening: async () => mode,
    });
  }

  #closeBefore(time: Timestamp): void {
    for (let closing = this.#closings[0]; closing && closing.at < time; closing = this.#closings[0]) {
      this.#closings.shift();
      this.#book.close(closing);
      this.#spells.close(closing.componentId, closing.failureModeId, closing.at);
    }
  }
}

/**
 * What happened to the asset whatever its rules: not when today's rules were changed, nor that Fettle itself closed a
 * ticket of theirs, which the book does by itself. A person closed after all that was known by then: just after the watermark.
 */
function factOf(event: AssetEvent): AssetEvent[] {
  if (event.type === 'rules-changed') return [];
  if (event.type !== 'ticket-closed') return [event];
  return event.by === BY_FETTLE ? [] : [{ ...event, at: fromMicros(toMicros(event.at) + 1) }];
}

function justBefore(time: Timestamp): Timestamp {
  return fromMicros(toMicros(time) - 1);
}
