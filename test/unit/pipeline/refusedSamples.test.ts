import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/sample.ts';
import { MINUTE } from '../../../src/domain/time.ts';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import { Assess } from '../../../src/pipeline/assess.ts';
import type { Refused } from '../../../src/pipeline/batch.ts';
import type { DeadLetters } from '../../../src/pipeline/deadLetters.ts';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { Ingest } from '../../../src/pipeline/ingest.ts';
import { InlineAssessment, type InlineParts } from '../../../src/pipeline/inline.ts';
import type { RecoveryProgress } from '../../../src/pipeline/recoveryProgress.ts';
import type { Registration } from '../../../src/pipeline/registration.ts';
import type { InboundMessage } from '../../../src/ports/broker.ts';
import { SamplesRefusedError } from '../../../src/ports/timeSeriesStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeSpill } from '../../support/makeSpill.ts';
import { NO_CONNECTIONS } from '../../support/noConnections.ts';
import { recordLog } from '../../support/recordLog.ts';
import { fleetOfPump, jsonSource, RETENTION } from '../../support/telemetry.ts';

const START = Date.UTC(2026, 0, 5);

/** An Ingest whose store never takes what `refuses` picks. */
function makeIngest(refuses: (sample: Sample) => boolean) {
  const fleet = fleetOfPump('p1');
  const stored = new Map<number, number>();
  const letters: Refused[] = [];
  const settled: InboundMessage[] = [];
  const refolds: number[] = [];
  const ledger = new Ledger();
  const write = async (samples: readonly Sample[]) => {
    const refused = samples.filter((sample) => refuses(sample));
    for (const sample of samples) if (!refused.includes(sample)) stored.set(sample.time, sample.value);
    if (refused.length > 0) throw new SamplesRefusedError(refused.map((sample) => ({ sample, words: 'too much' })));
  };
  const assess = new Assess(
    fleet,
    ledger,
    { findings: () => undefined },
    { refold: (_, time) => refolds.push(time) },
    { add: () => undefined },
  );
  const ingest = new Ingest(
    {
      brokersHeard: undefined,
      broker: { settle: (messages) => settled.push(...messages) },
      decoder: createDecoder({ sources: [jsonSource()], directory: fleet, retention: RETENTION }),
      room: { check: async () => undefined },
      clocks: { hasUnsaved: false, persist: async () => undefined },
      connections: NO_CONNECTIONS,
      spill: makeSpill({
        append: write,
        replace: write,
        valuesAt: async (points) => points.map(({ time }) => stored.get(time)),
      }),
      fleet,
      registration: {} as Registration,
      assessment: new InlineAssessment({ fleet, assess } as unknown as InlineParts, {} as RecoveryProgress),
      deadLetters: {
        isLost: () => false,
        keep: async (refused: readonly Refused[]) => void letters.push(...refused),
      } as unknown as DeadLetters,
      note: async () => undefined,
      ledger,
      metrics: createMetrics(ledger),
      clock: new FakeClock(START),
      log: recordLog().log,
    },
    { batchSize: 1000, batchAge: 1000, horizon: RETENTION },
  );
  const take = async (...messages: InboundMessage[]) => {
    for (const message of messages) ingest.take(message);
    await ingest.drain();
    expect(ledger.imbalance()).toEqual([]);
  };
  return { take, stored, letters, settled, refolds, ledger };
}

function telemetry(...readings: [ts: number, temperature: number][]): InboundMessage {
  const payload = Buffer.from(JSON.stringify(readings.map(([ts, temperature]) => ({ ts, temperature }))));
  return { topic: 'acme/s1/p1/telemetry', payload, qos: 1, retain: false, receivedAt: START };
}

describe('samples that the store can never take', () => {
  it('become dead letters with its words; the rest of the batch is stored, settled and assessed', async () => {
    const { take, stored, letters, settled, ledger } = makeIngest(({ value }) => value > 90);
    await take(
      telemetry([START, 20]),
      telemetry([START + 1, 95]),
      telemetry([START + 2, 21], [START + 3, 96], [START + 4, 22]),
    );
    expect([...stored.values()]).toEqual([20, 21, 22]);
    expect(letters.map(({ rejection }) => [rejection.reason, rejection.detail, rejection.metric])).toEqual([
      ['refused-by-store', 'the time-series store refuses it: too much', 'temperature'],
      ['refused-by-store', 'the time-series store refuses it: too much', 'temperature'],
    ]);
    expect(letters.map(({ sourceId }) => sourceId)).toEqual(['acme', 'acme']);
    expect(settled).toHaveLength(3);
    expect(ledger.messages).toMatchObject({ received: 3, stored: 2, deadLettered: 1, inFlight: 0 });
    expect(ledger.samples).toMatchObject({ decoded: 5, stored: 3, inFlight: 0, assessed: 3 });
    expect(ledger.rejected.get('refused-by-store')).toBe(2);
  });

  it('may come late, or in the place of others, and nothing is folded anew for them', async () => {
    const { take, stored, letters, refolds, ledger } = makeIngest(({ value }) => value > 90);
    await take(telemetry([START - 2 * MINUTE, 20], [START, 21]));
    await take(
      telemetry([START - MINUTE, 95]),
      telemetry([START - 2 * MINUTE, 96]),
      telemetry([START - 3 * MINUTE, 22]),
    );
    expect([...stored.values()]).toEqual([20, 21, 22]);
    expect(letters).toHaveLength(2);
    expect(refolds).toEqual([START - 3 * MINUTE]);
    expect(ledger.messages).toMatchObject({ received: 4, stored: 2, deadLettered: 2 });
  });

  it('are not taken for duplicates when they come again, once the store takes them', async () => {
    let refusing = true;
    const { take, stored, ledger } = makeIngest(() => refusing);
    await take(telemetry([START, 20]));
    refusing = false;
    await take(telemetry([START, 20]));
    expect([...stored.values()]).toEqual([20]);
    expect(ledger.samples).toMatchObject({ stored: 1, duplicate: 0 });
  });

  it('of one message are told one by one up to a bound, and then by reason', async () => {
    const { take, letters } = makeIngest(() => true);
    await take(telemetry(...Array.from({ length: 100 }, (_, at): [number, number] => [START + at, at / 10])));
    expect(letters).toHaveLength(17);
    expect(letters.at(-1)!.rejection.samples).toBe(84);
  });
});
