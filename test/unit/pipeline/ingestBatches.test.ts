import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import type { DeadLetters } from '../../../src/pipeline/deadLetters.ts';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import { Ingest } from '../../../src/pipeline/ingest.ts';
import type { Registration } from '../../../src/pipeline/registration.ts';
import type { InboundMessage } from '../../../src/ports/broker.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { recordLog } from '../../support/recordLog.ts';
import { jsonSource, PUMP, RETENTION } from '../../support/telemetry.ts';

const START = Date.UTC(2026, 0, 5);
const BATCH_AGE = 20;

/** An Ingest whose store takes everything at once; `settled` has the size of each batch settled. */
function makeIngest() {
  const fleet = new Fleet([PUMP]);
  fleet.add({
    id: 'p1',
    modelId: 'pump',
    siteId: 's1',
    tier: 'standard',
    criticality: 'medium',
    registeredBy: 'file',
    components: {},
  });
  const settled: number[] = [];
  const ledger = new Ledger();
  const ingest = new Ingest(
    {
      broker: { settle: (messages) => settled.push(messages.length) },
      decoder: createDecoder({ sources: [jsonSource()], directory: fleet, retention: RETENTION }),
      clocks: { hasUnsaved: false, persist: async () => undefined },
      store: { append: async () => undefined, replace: async () => undefined, valuesAt: async () => [] },
      fleet,
      registration: {} as Registration,
      assessment: {
        plan: ({ fresh }) => ({ noteBefore: [], append: fresh, replace: [], noteAfter: [] }),
        stored: () => undefined,
      },
      deadLetters: { isLost: () => false } as unknown as DeadLetters,
      note: async () => undefined,
      ledger,
      metrics: createMetrics(ledger),
      clock: new FakeClock(START),
      log: recordLog().log,
    },
    { batchSize: 1000, batchAge: BATCH_AGE, horizon: RETENTION },
  );
  let time = START;
  const take = (count: number) => {
    for (let message = 0; message < count; message++) ingest.take(telemetry(++time));
  };
  return { ingest, settled, take };
}

function telemetry(ts: number): InboundMessage {
  const payload = Buffer.from(JSON.stringify({ ts, temperature: 20 }));
  return { topic: 'acme/s1/p1/telemetry', payload, qos: 1, retain: false, receivedAt: START };
}

/** Lets writes that need no timer end. */
const writes = () => vi.advanceTimersByTimeAsync(0);

describe('when the broker says that nothing more comes, ingestion', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes single messages at once', async () => {
    const { ingest, settled, take } = makeIngest();
    for (let round = 0; round < 3; round++) {
      take(1);
      ingest.pressed();
      await writes();
    }
    expect(settled).toEqual([1, 1, 1]);
  });

  it('writes a window that is full again at once', async () => {
    const { ingest, settled, take } = makeIngest();
    for (let round = 0; round < 3; round++) {
      take(20);
      ingest.pressed();
      await writes();
    }
    expect(settled).toEqual([20, 20, 20]);
  });

  it('lets a batch smaller than the last one grow until its time is up', async () => {
    const { ingest, settled, take } = makeIngest();
    take(20);
    ingest.pressed();
    await writes();
    take(5);
    ingest.pressed();
    await vi.advanceTimersByTimeAsync(BATCH_AGE - 1);
    expect(settled).toEqual([20]);
    take(3);
    ingest.pressed();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toEqual([20, 8]);
  });

  it('writes what came and was announced during a write right after it', async () => {
    const { ingest, settled, take } = makeIngest();
    take(2);
    ingest.pressed();
    take(2);
    ingest.pressed();
    await writes();
    expect(settled).toEqual([2, 2]);
  });
});
