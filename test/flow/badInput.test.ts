import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import type { DeadLetterDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';

const NOW = Date.now();
const T0 = Math.floor(NOW / HOUR) * HOUR - 12 * HOUR;
const KEPT_BYTES = 4096;
const AUTO_MAX = 50;

interface Case {
  readonly name: string;
  readonly send: readonly unknown[];
  /** Under another topic than that of the case's own asset. */
  readonly topic?: string;
  /** Metric, offset from T0 and value of what is in the store in the end. */
  readonly stored?: readonly (readonly [metric: string, offset: number, value: number])[];
  /** Reason and metric of each dead letter, in any order. */
  readonly letters?: readonly (readonly [reason: string, metric?: string])[];
  /** Messages that ended as duplicates. */
  readonly duplicates?: number;
}

const ok = { ts: T0, temperature: 20 };
const STORED_OK = [['temperature', 0, 20]] as const;
const good = (more: object) => ({ ...ok, ...more });
const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;

const CASES: readonly Case[] = [
  { name: 'not JSON', send: ['temp=20'], letters: [['malformed']] },
  { name: 'half a JSON', send: ['{"ts":1,"temp'], letters: [['malformed']] },
  { name: 'JSON of another shape: a string', send: ['"20"'], letters: [['unexpected-shape']] },
  { name: 'JSON of another shape: null', send: ['null'], letters: [['unexpected-shape']] },
  { name: 'JSON of another shape: an empty array', send: ['[]'], letters: [['unexpected-shape']] },
  { name: 'JSON of another shape: nothing in it', send: [{ ts: T0 }], letters: [['unexpected-shape']] },
  { name: 'not UTF-8', send: [Buffer.from([0x7b, 0xff, 0xfe, 0x7d])], letters: [['malformed']] },
  { name: 'an unknown topic', topic: 'elsewhere/of/nobody', send: [ok], letters: [['unknown-topic']] },
  { name: 'an unknown asset', topic: 'rigs/plant/nobody', send: [ok], letters: [['unknown-asset']] },
  {
    name: 'an id that can be none',
    topic: 'auto/plant/back\\',
    send: [ok],
    letters: [['invalid-id']],
  },
  {
    name: 'an unknown metric',
    send: [good({ humidity: 50 })],
    stored: STORED_OK,
    letters: [['unknown-metric', 'humidity']],
  },
  {
    name: 'a string for a number',
    send: [good({ pressure: 'high' })],
    stored: STORED_OK,
    letters: [['wrong-type', 'pressure']],
  },
  { name: 'null', send: [good({ pressure: null })], stored: STORED_OK, letters: [['wrong-type', 'pressure']] },
  {
    name: 'an object for a number',
    send: [good({ pressure: { bar: 7 } })],
    stored: STORED_OK,
    letters: [['wrong-type', 'pressure']],
  },
  {
    name: 'NaN',
    send: [`{"ts":${T0},"temperature":20,"pressure":NaN}`],
    stored: STORED_OK,
    letters: [['not-finite', 'pressure']],
  },
  {
    name: 'Infinity',
    send: [`{"ts":${T0},"temperature":20,"pressure":-Infinity}`],
    stored: STORED_OK,
    letters: [['not-finite', 'pressure']],
  },
  {
    name: 'a number too large to be one',
    send: [`{"ts":${T0},"temperature":20,"pressure":1e999}`],
    stored: STORED_OK,
    letters: [['not-finite', 'pressure']],
  },
  {
    name: 'a value out of range',
    send: [good({ pressure: 21 })],
    stored: STORED_OK,
    letters: [['out-of-range', 'pressure']],
  },
  {
    name: 'an unknown code',
    send: [good({ running: 'dancing' })],
    stored: STORED_OK,
    letters: [['unknown-code', 'running']],
  },
  { name: 'no timestamp', send: [{ temperature: 20 }], letters: [['missing-time']] },
  { name: 'a negative timestamp', send: [{ ts: -5, temperature: 20 }], letters: [['invalid-time']] },
  { name: 'a timestamp that is none', send: [{ ts: 'yesterday', temperature: 20 }], letters: [['invalid-time']] },
  { name: 'seconds for milliseconds', send: [{ ts: T0 / SECOND, temperature: 20 }], stored: STORED_OK },
  {
    name: 'seconds where milliseconds are declared',
    topic: 'millis/plant/declared',
    send: [{ ts: T0 / SECOND, temperature: 20 }],
    letters: [['invalid-time']],
  },
  { name: 'a future timestamp', send: [{ ts: NOW + DAY, temperature: 20 }], letters: [['future-time']] },
  {
    name: 'a timestamp before the retention',
    send: [{ ts: NOW - 500 * DAY, temperature: 20 }],
    letters: [['too-old']],
  },
  {
    name: 'a stamp without a zone',
    send: [{ ts: '2024-05-01T08:00:00', temperature: 20 }],
    letters: [['time-without-zone']],
  },
  { name: 'an empty payload', send: [''], letters: [['empty-payload']] },
  { name: '10 MB', send: [Buffer.alloc(10_000_000, '7')], letters: [['payload-too-large']] },
  { name: 'deep nesting', send: [deep], letters: [['too-deep']] },
  { name: 'deep nesting, 1 MB of it', send: ['['.repeat(1_000_000)], letters: [['too-deep']] },
  {
    name: 'a good and a bad item in one array',
    send: [[{ ts: T0, temperature: 20 }, { temperature: 21 }, 7, { ts: T0 + MINUTE, temperature: 22 }]],
    stored: [
      ['temperature', 0, 20],
      ['temperature', MINUTE, 22],
    ],
    letters: [['missing-time'], ['unexpected-shape']],
  },
  { name: 'the same message twice', send: [ok, ok], stored: STORED_OK, duplicates: 1 },
  { name: 'the same value twice in one message', send: [[ok, ok]], stored: STORED_OK },
  {
    name: 'another value at the newest timestamp',
    send: [ok, { ts: T0, temperature: 25 }],
    stored: STORED_OK,
    letters: [['conflict', 'temperature']],
  },
  {
    name: 'another value at an older timestamp',
    send: [ok, { ts: T0 + MINUTE, temperature: 21 }, { ts: T0, temperature: 25 }],
    stored: [
      ['temperature', 0, 25],
      ['temperature', MINUTE, 21],
    ],
  },
  {
    name: 'one older than the last',
    send: [{ ts: T0 + MINUTE, temperature: 21 }, ok],
    stored: [
      ['temperature', 0, 20],
      ['temperature', MINUTE, 21],
    ],
  },
  {
    name: 'a counter that drops to 0 and comes back',
    send: [500, 0, 500.2].map((hours, at) => ({ ts: T0 + at * 10 * MINUTE, hours })),
    stored: [
      ['hours', 0, 500],
      ['hours', 10 * MINUTE, 0],
      ['hours', 20 * MINUTE, 500.2],
    ],
  },
  {
    name: 'a metric that changes its type',
    send: [ok, { ts: T0 + MINUTE, temperature: '21' }, { ts: T0 + 2 * MINUTE, temperature: true }],
    stored: STORED_OK,
    letters: [
      ['wrong-type', 'temperature'],
      ['wrong-type', 'temperature'],
    ],
  },
];

const idOf = (at: number) => `case-${at}`;

const fettle = useFettle(() => ({
  assets: [
    ...CASES.map((_, at) => rigAsset(idOf(at), T0 - DAY)),
    ...['declared', 'again'].map((id) => rigAsset(id, T0)),
  ],
  config: {
    sources: [
      { id: 'rigs', topic: 'rigs/{site}/{asset}' },
      { id: 'millis', topic: 'millis/{site}/{asset}', time: { unit: 'ms' } },
      { id: 'auto', topic: 'auto/{site}/{asset}', autoRegister: { model: 'rig', site: 'plant', max: AUTO_MAX } },
    ],
  },
}));

async function publish(topic: string, payload: unknown): Promise<void> {
  const raw = Buffer.isBuffer(payload) || typeof payload === 'string';
  await fettle.device.publishAsync(topic, raw ? payload : JSON.stringify(payload), { qos: 1 });
}

async function letters(query: string): Promise<DeadLetterDocument[]> {
  await fettle.app.pipeline.deadLetters.import();
  return fettle.api.all(`/dead-letters?${query}`);
}

interface SampleDocument {
  readonly metricId: string;
  readonly time: string;
  readonly value: number;
}

async function storedOf(assetId: string) {
  const query = new URLSearchParams({ from: new Date(T0 - DAY).toISOString(), to: new Date(NOW).toISOString() });
  const samples = await fettle.api.all<SampleDocument>(`/assets/${assetId}/telemetry?${query}`);
  return samples.map(({ metricId, time, value }) => [metricId, Date.parse(time) - T0, value]);
}

describe('bad input has one defined end', () => {
  it.each(CASES.map((one, at) => ({ ...one, assetId: idOf(at) })))('$name', async (one) => {
    const { messages } = fettle.app.ledger;
    const duplicatesBefore = messages.duplicate;
    const topic = one.topic ?? `rigs/plant/${one.assetId}`;
    for (const payload of one.send) await publish(topic, payload);
    await fettle.settled();

    const kept = await letters(`topic=${encodeURIComponent(topic)}`);
    const found = kept.map(({ reason, metric }) => (metric === undefined ? [reason] : [reason, metric]));
    expect(found.sort()).toEqual([...(one.letters ?? [])].sort());
    for (const { topic: its, at } of kept) {
      expect(its).toBe(topic);
      expect(Date.parse(at)).toBeGreaterThan(NOW - MINUTE);
    }
    expect(await storedOf(one.assetId)).toEqual(one.stored ?? []);
    expect(messages.duplicate - duplicatesBefore).toBe(one.duplicates ?? 0);
    expect(messages.inFlight).toBe(0);
    expect(fettle.app.ledger.imbalance()).toEqual([]);
  });

  it('a counter that came back was never worn, nor set back', async () => {
    const at = CASES.findIndex(({ name }) => name.startsWith('a counter'));
    const asset = await fettle.api.get<{ state: { components: { componentId: string; used?: number }[] } }>(
      `/assets/${idOf(at)}`,
    );
    expect(asset.state.components.find(({ componentId }) => componentId === 'belt')!.used).toBeCloseTo(500.2, 6);
  });

  it('keeps no more of a payload than is configured', async () => {
    const [letter] = await letters('reason=payload-too-large');
    expect(letter).toMatchObject({ payloadBytes: 10_000_000 });
    expect(letter!.payload).toHaveLength(KEPT_BYTES);
  });
});

it('10,000 distinct asset ids register no more than allowed, and every message is accounted for', async () => {
  const { messages } = fettle.app.ledger;
  const before = { ...messages };
  const total = 10_000;
  const batch = 500;
  for (let from = 0; from < total; from += batch) {
    const ids = Array.from({ length: batch }, (_, at) => `invented-${from + at}`);
    await Promise.all(ids.map((id) => publish(`auto/plant/${id}`, ok)));
  }
  await fettle.settled();
  expect(messages.received - before.received).toBe(total);
  expect(messages.stored - before.stored).toBe(AUTO_MAX);
  expect(messages.deadLettered - before.deadLettered).toBe(total - AUTO_MAX);
  expect(fettle.app.ledger.imbalance()).toEqual([]);
  const registered = await fettle.api.all<{ id: string }>('/assets?limit=500');
  expect(registered.filter(({ id }) => id.startsWith('invented-'))).toHaveLength(AUTO_MAX);
  const [letter] = await letters('reason=registration-full&topic=auto%2Fplant%2Finvented-9999');
  expect(letter).toMatchObject({ sourceId: 'auto', payload: JSON.stringify(ok) });
});

describe('a dead letter', () => {
  const retry = (id: string) => fettle.api.post<{ stored: boolean; detail: string }>(`/dead-letters/${id}/retry`);
  const letterOf = async (topic: string) => {
    const found = await letters(`topic=${encodeURIComponent(topic)}`);
    expect(found).toHaveLength(1);
    return found[0]!;
  };

  it('is accepted at a retry once its cause is gone', async () => {
    await publish('rigs/plant/forgotten', ok);
    const { id } = await letterOf('rigs/plant/forgotten');
    expect(await retry(id)).toMatchObject({ stored: false, detail: expect.stringContaining('unknown-asset') });
    await fettle.api.post('/assets', { id: 'forgotten', modelId: 'rig', siteId: 'plant' });
    expect(await retry(id)).toMatchObject({ stored: true });
    expect(await storedOf('forgotten')).toEqual([['temperature', 0, 20]]);
    expect(await letters('topic=rigs%2Fplant%2Fforgotten')).toEqual([]);
    expect(fettle.app.ledger.imbalance()).toEqual([]);
  });

  it('stays at a retry while its cause does', async () => {
    await publish('rigs/plant/again', ok);
    await publish('rigs/plant/again', good({ temperature: 30 }));
    const { id } = await letterOf('rigs/plant/again');
    expect(await retry(id)).toMatchObject({ stored: false, detail: expect.stringContaining('conflict') });
    expect((await letterOf('rigs/plant/again')).id).toBe(id);
    expect(fettle.app.ledger.imbalance()).toEqual([]);
  });

  it('is taken with what was put right, and the log says what came', async () => {
    await publish('rigs/plant/typo', ok);
    await publish('rigs/plant/fixed', 'broken {');
    await fettle.api.post('/assets', { id: 'fixed', modelId: 'rig', siteId: 'plant' });
    const correct = (id: string, body: object) =>
      fettle.api.post<{ stored: boolean; detail: string }>(`/dead-letters/${id}/correct`, body);
    const [typo, broken] = [await letterOf('rigs/plant/typo'), await letterOf('rigs/plant/fixed')];
    expect(await correct(typo.id, { topic: 'rigs/plant/typos' })).toMatchObject({ stored: false });
    expect((await letterOf('rigs/plant/typo')).topic).toBe('rigs/plant/typo');
    expect(await correct(typo.id, { topic: 'rigs/plant/fixed' })).toMatchObject({ stored: true });
    expect(await storedOf('fixed')).toEqual([['temperature', 0, 20]]);
    expect(await correct(broken.id, { payload: JSON.stringify({ ts: T0 + 1000, temperature: 31 }) })).toMatchObject({
      stored: true,
    });
    expect(await letters('topic=rigs%2Fplant%2Ffixed')).toEqual([]);
    const line = fettle.lines.findLast(({ msg }) => msg === 'dead letter retried');
    expect(line).toMatchObject({ cameAs: { topic: 'rigs/plant/fixed', reason: 'unknown-asset', payload: 'broken {' } });
    expect(fettle.app.ledger.imbalance()).toEqual([]);
  });

  it('of which only a part was kept is not taken again', async () => {
    const [letter] = await letters('reason=payload-too-large');
    await expect(retry(letter!.id)).rejects.toThrow('409');
  });

  it('is gone when discarded', async () => {
    const [letter] = await until('a dead letter', () => letters('reason=malformed'));
    await fettle.api.delete(`/dead-letters/${letter!.id}`);
    const left = await letters('reason=malformed');
    expect(left.map(({ id }) => id)).not.toContain(letter!.id);
  });
});
