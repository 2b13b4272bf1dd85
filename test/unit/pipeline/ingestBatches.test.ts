import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Rejection, Sample } from '../../../src/domain/sample.ts';
import { type Duration, HOUR } from '../../../src/domain/time.ts';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import type { Batch, Refused } from '../../../src/pipeline/batch.ts';
import type { DeadLetters } from '../../../src/pipeline/deadLetters.ts';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { Ingest } from '../../../src/pipeline/ingest.ts';
import type { Registration } from '../../../src/pipeline/registration.ts';
import type { InboundMessage } from '../../../src/ports/broker.ts';
import type { Evaluated, Expressions } from '../../../src/ports/expressions.ts';
import type { SampleKind } from '../../../src/ports/timeSeriesStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeSpill } from '../../support/makeSpill.ts';
import { NO_CONNECTIONS } from '../../support/noConnections.ts';
import { recordLog } from '../../support/recordLog.ts';
import { fleetOfPump, jsonSource, RETENTION } from '../../support/telemetry.ts';
import { until } from '../../support/until.ts';

const START = Date.UTC(2026, 0, 5);
const BATCH_AGE = 20;

const BATCH_SIZE = 1000;

interface Options {
  /** Answers of expressions of a second source, on acme/x/{device}/up; each answers when it is told. */
  readonly expressions?: Expressions;
  readonly append?: (samples: readonly Sample[]) => Promise<void>;
  readonly replace?: (samples: readonly Sample[]) => Promise<void>;
  readonly valuesAt?: (points: readonly unknown[], kind?: SampleKind) => Promise<(number | undefined)[]>;
  readonly stored?: (batch: Batch) => void;
  readonly horizon?: Duration;
}

const EVALUATED = jsonSource({ id: 'evaluated', topic: 'vendor/{asset}/up', codec: 'jsonata', expression: '$' });

/** An Ingest whose store takes everything at once; `settled` has the size of each batch settled. */
function makeIngest(options: Options = {}) {
  const { append = async () => undefined, replace = async () => undefined, valuesAt = async () => [] } = options;
  const { horizon = RETENTION, stored = () => undefined, expressions } = options;
  const letters: Rejection[] = [];
  const fleet = fleetOfPump('p1');
  const settled: number[] = [];
  const taken: InboundMessage[] = [];
  const order: InboundMessage[] = [];
  const ledger = new Ledger();
  const ingest = new Ingest(
    {
      brokersHeard: undefined,
      broker: {
        settle: (messages) => {
          settled.push(messages.length);
          order.push(...messages);
        },
      },
      decoder: createDecoder({
        sources: expressions ? [jsonSource(), EVALUATED] : [jsonSource()],
        directory: fleet,
        retention: RETENTION,
        expressions,
      }),
      room: { check: async () => undefined },
      clocks: { hasUnsaved: false, persist: async () => undefined },
      connections: NO_CONNECTIONS,
      spill: makeSpill({ append, replace, valuesAt }),
      fleet,
      registration: {} as Registration,
      assessment: {
        plan: ({ fresh }) => ({ noteBefore: [], append: fresh, replace: [], noteAfter: [] }),
        stored,
      },
      deadLetters: {
        isLost: () => false,
        keep: async (refused: readonly Refused[]) => letters.push(...refused.map(({ rejection }) => rejection)),
      } as unknown as DeadLetters,
      note: async () => undefined,
      ledger,
      metrics: createMetrics(ledger),
      clock: new FakeClock(START),
      log: recordLog().log,
    },
    { batchSize: BATCH_SIZE, batchAge: BATCH_AGE, horizon },
  );
  let time = START;
  const take = (count: number) => {
    for (let message = 0; message < count; message++) {
      taken.push(telemetry(++time));
      ingest.take(taken.at(-1)!);
    }
  };
  return { ingest, settled, take, taken, order, ledger, letters };
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

describe('what comes while a write takes long', () => {
  /** A store whose writes end when told. */
  function slowStore() {
    const written: number[] = [];
    const ends: (() => void)[] = [];
    const append = (samples: readonly Sample[]) => {
      written.push(samples.length);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    return { append, written, ends };
  }

  it('makes nothing too late that was not when it came', async () => {
    const { append, ends } = slowStore();
    const { ingest, ledger } = makeIngest({ append, horizon: HOUR });
    const takeOf = (hoursAgo: number) => ingest.take(telemetry(START - hoursAgo * HOUR));
    takeOf(20);
    ingest.flush();
    await until('the write', () => ends.length === 1);
    for (const hoursAgo of [20.5, 10, 11.5, 10.5]) takeOf(hoursAgo);
    ends[0]!();
    const drained = ingest.drain();
    await until('the next write', () => ends.length === 2);
    ends[1]!();
    await drained;
    expect(ledger.samples).toMatchObject({ stored: 5, late: 1 });
  });

  it('is written in batches of the size that is set, each settled as soon as it is stored, in order', async () => {
    const { append, written, ends } = slowStore();
    const { ingest, settled, take, taken, order } = makeIngest({ append });
    take(1);
    ingest.flush();
    await until('the write', () => ends.length === 1);
    take(10 * BATCH_SIZE);
    take(3);
    ingest.flush();
    const drained = ingest.drain();
    const sizes = [1, ...Array.from({ length: 10 }, () => BATCH_SIZE), 3];
    for (let write = 0; write < sizes.length; write++) {
      await until('the next write', () => ends.length === write + 1);
      expect(settled).toEqual(sizes.slice(0, write));
      ends[write]!();
    }
    await drained;
    expect({ written, settled }).toEqual({ written: sizes, settled: sizes });
    expect(order).toEqual(taken);
  });

  it('counts from when the oldest came that is not settled', async () => {
    const { append, ends } = slowStore();
    const { ingest, take } = makeIngest({ append });
    take(2 * BATCH_SIZE);
    await until('the write', () => ends.length === 1);
    expect(ingest.oldestUnsettled).toBe(START);
    ends[0]!();
    await until('the next write', () => ends.length === 2);
    ends[1]!();
    await ingest.drain();
    expect(ingest.oldestUnsettled).toBeUndefined();
  });

  it('holds up a kept message that is taken again until this is stored', async () => {
    const { append, ends } = slowStore();
    const { ingest, settled, take } = makeIngest({ append });
    take(3 * BATCH_SIZE);
    let done = false;
    const again = ingest.takeAgain(telemetry(START + 10_000)).finally(() => {
      done = true;
    });
    for (let write = 0; write < 4; write++) {
      await until('the next write', () => ends.length === write + 1);
      expect(done).toBe(false);
      ends[write]!();
    }
    expect(await again).toEqual([]);
    expect(settled).toEqual([BATCH_SIZE, BATCH_SIZE, BATCH_SIZE, 0]);
  });
});

it('a drain that is to end ends, whatever the store is at, and nothing is settled afterwards', async () => {
  let answer: (values: number[]) => void = () => undefined;
  let asked = false;
  const valuesAt = () => {
    asked = true;
    return new Promise<number[]>((resolve) => {
      answer = resolve;
    });
  };
  const { ingest, settled, take } = makeIngest({ valuesAt });
  take(1);
  ingest.take(telemetry(START));
  const deadline = new AbortController();
  const drained = ingest.drain(deadline.signal);
  await until('the look-up', () => asked);
  deadline.abort();
  await drained;
  answer([20]);
  await Promise.resolve();
  expect(settled).toEqual([]);
});

it('stores what is told of the past, counts it as history and shows it to no one', async () => {
  const replaced: Sample[] = [];
  const assessed: string[] = [];
  const { ingest, ledger, settled } = makeIngest({
    replace: async (samples) => {
      replaced.push(...samples);
    },
    valuesAt: async (points) => points.map(() => undefined),
    stored: ({ fresh, behind }) => assessed.push(`${fresh.length} fresh, ${behind.length} behind`),
  });
  ingest.take(telemetry(START));
  ingest.take({ ...telemetry(START + 5000), historical: true });
  ingest.take(telemetry(START + 1000));
  await ingest.drain();
  expect(replaced).toMatchObject([{ time: START + 5000, historical: true }]);
  expect(assessed).toEqual(['2 fresh, 0 behind']);
  expect(settled).toEqual([3]);
  expect(ledger.samples).toMatchObject({ decoded: 3, stored: 3, history: 1, inFlight: 0 });
  expect(ledger.messages).toMatchObject({ received: 3, stored: 3, inFlight: 0 });
});

it('counts what of the past is there already, and refuses what would take the place of live samples', async () => {
  const { ingest, ledger, letters } = makeIngest({
    replace: async () => undefined,
    valuesAt: async (points, kind) =>
      points.map((_, at) => (at === (kind === 'history' ? 0 : 1) ? 20 - at : undefined)),
  });
  for (const minute of [1, 2, 3]) ingest.take({ ...telemetry(START + minute), historical: true });
  await ingest.drain();
  expect(ledger.samples).toMatchObject({ decoded: 3, stored: 1, history: 1, duplicate: 1, inFlight: 0 });
  expect(ledger.rejected.get('conflict')).toBe(1);
  expect(ledger.messages).toMatchObject({ received: 3, stored: 1, duplicate: 1, deadLettered: 1, inFlight: 0 });
  expect(letters).toMatchObject([{ reason: 'conflict', metric: 'temperature' }]);
});

it('tells who brings readings of the past what became of each, and keeps nothing that it refuses', async () => {
  const { ingest, ledger, letters, settled } = makeIngest({
    replace: async () => undefined,
    valuesAt: async (points, kind) =>
      points.map((_, at) => (at === (kind === 'history' ? 0 : 1) ? 20 - at : undefined)),
  });
  const readings = [1, 2, 3, 4].map((minute) => ({
    assetId: minute === 4 ? 'p4' : 'p1',
    time: START - minute,
    values: { temperature: 20, ...(minute === 3 && { colour: 'red' }) },
  }));
  const { rejections, ...counts } = await ingest.takePast({ sourceId: 'acme', readings });
  const spans = [{ assetId: 'p1', samples: 3, from: START - 3, to: START - 1 }];
  expect(counts).toEqual({ stored: 1, duplicate: 1, spans });
  expect(rejections).toMatchObject([
    { reading: 1, reason: 'conflict', metric: 'temperature' },
    { reading: 2, reason: 'unknown-metric', metric: 'colour' },
    { reading: 3, reason: 'unknown-asset' },
  ]);
  expect(letters).toEqual([]);
  expect(settled).toEqual([0]);
  expect(ledger.samples).toMatchObject({ decoded: 5, stored: 1, history: 1, duplicate: 1, inFlight: 0 });
  expect(ledger.messages).toMatchObject({ received: 4, stored: 1, duplicate: 1, deadLettered: 0, inFlight: 0 });
  expect(ledger.dropped.get('refused-history')).toBe(2);
  expect(ledger.imbalance()).toEqual([]);
});

describe('messages whose readings are worked out by an expression', () => {
  const answers: ((result: Evaluated) => void)[] = [];
  const expressions: Expressions = {
    evaluate: () => new Promise((resolve) => void answers.push(resolve)),
    close: async () => undefined,
  };
  const reading = (time: number) => ({ json: JSON.stringify({ time, values: { temperature: 20 } }) });
  const evaluated = (): InboundMessage => ({ ...telemetry(START), topic: 'vendor/p1/up' });
  beforeEach(() => void answers.splice(0));
  /** Nothing is assessed here. */
  const differences = (ledger: Ledger) => {
    const { messages, samples } = ledger.differences();
    return [messages, samples];
  };

  it('are settled in the order in which they came, with what came between, and counted meanwhile', async () => {
    const { ingest, order, ledger } = makeIngest({ expressions });
    const messages = [evaluated(), telemetry(START + 2), evaluated(), telemetry(START + 4)];
    for (const message of messages) {
      ingest.take(message);
      expect(differences(ledger)).toEqual([0, 0]);
    }
    expect(ledger.messages).toMatchObject({ received: 4, inFlight: 4 });
    expect(ingest.oldestUnsettled).toBe(START);
    const drained = ingest.drain();
    answers[1]!(reading(START + 3));
    await new Promise((resolve) => setImmediate(resolve));
    expect([order, differences(ledger)]).toEqual([[], [0, 0]]);
    answers[0]!(reading(START + 1));
    await drained;
    expect(order).toEqual(messages);
    expect(ledger.messages).toMatchObject({ received: 4, stored: 4, inFlight: 0 });
    expect(differences(ledger)).toEqual([0, 0]);
  });

  it('are refused where the expression fails, and dropped where it gives nothing', async () => {
    const { ingest, order, ledger } = makeIngest({ expressions });
    ingest.take(evaluated());
    ingest.take(evaluated());
    const drained = ingest.drain();
    answers[0]!({ failure: 'no number' });
    answers[1]!({ json: undefined });
    await drained;
    expect(order).toHaveLength(2);
    expect([ledger.messages.deadLettered, ledger.dropped.get('nothing-to-store')]).toEqual([1, 1]);
    expect(differences(ledger)).toEqual([0, 0]);
  });

  it('wait for no evaluation once the stop is cut short; they come again', async () => {
    const { ingest, order, ledger } = makeIngest({ expressions });
    ingest.take(evaluated());
    const stop = new AbortController();
    const drained = ingest.drain(stop.signal);
    stop.abort();
    await drained;
    expect([order, ledger.messages.inFlight, differences(ledger)]).toEqual([[], 1, [0, 0]]);
  });

  it('are taken again when they were kept', async () => {
    const { ingest, ledger } = makeIngest({ expressions });
    const again = ingest.takeAgain(evaluated());
    answers[0]!(reading(START + 1));
    expect(await again).toEqual([]);
    expect(ledger.messages).toMatchObject({ received: 1, stored: 1 });
  });
});
