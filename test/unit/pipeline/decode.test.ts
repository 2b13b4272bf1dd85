import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceDefinition } from '../../../src/domain/source.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import type { ClockEpoch } from '../../../src/pipeline/clockOffset.ts';
import { createDecoder, type Decoded } from '../../../src/pipeline/decode.ts';
import { cpuTimeOf } from '../../support/cpuTime.ts';
import { MemoryDirectory } from '../../support/directory.ts';
import { jsonSource, measuringModel, PUMP, RETENTION } from '../../support/telemetry.ts';

const NOW = Date.UTC(2024, 5, 1);
const TOPIC = 'acme/site-1/pump-1/telemetry';

function setup(...changes: Partial<SourceDefinition>[]) {
  const sources = (changes.length === 0 ? [{}] : changes).map((change) => jsonSource(change));
  const directory = new MemoryDirectory([PUMP]);
  directory.add('pump-1', PUMP.id);
  const saved = new Map<string, readonly ClockEpoch[]>();
  const start = () =>
    createDecoder({
      sources,
      directory,
      retention: RETENTION,
      clocks: { saved: new Map(saved), save: (id, epochs) => saved.set(id, epochs) },
    });
  let decoder = start();
  return {
    directory,
    saved,
    restart: () => {
      decoder = start();
    },
    decode: (payload: unknown, { topic = TOPIC, receivedAt = NOW } = {}): Decoded => {
      const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
      return decoder.decode({ topic, payload: bytes, receivedAt });
    },
  };
}

const reasons = ({ rejections }: Decoded) => rejections.map(({ reason }) => reason);
const accounted = ({ samples, rejections }: Decoded) =>
  rejections.reduce((sum, rejection) => sum + rejection.samples, samples.length);

describe('samples', () => {
  it('carry the interned series, both times and the quality', () => {
    const { decode, directory } = setup();
    const decoded = decode({ ts: NOW - 1000, temperature: 21.5 });
    expect(decoded).toEqual({
      sourceId: 'acme',
      samples: [
        {
          series: directory.byAsset('pump-1')!.series[0],
          time: NOW - 1000,
          value: 21.5,
          quality: 0,
          receivedAt: NOW,
        },
      ],
      rejections: [],
    });
    expect(decoded.samples[0]!.series).toBe(directory.byAsset('pump-1')!.series[0]);
  });

  it('follow the directory when an asset gets another model', () => {
    const other = measuringModel('fan', [{ id: 'temperature', kind: 'number', range: [0, 10] }]);
    const directory = new MemoryDirectory([PUMP, other]);
    const decoder = createDecoder({ sources: [jsonSource()], directory, retention: RETENTION });
    const message = { topic: TOPIC, payload: Buffer.from('{"ts":1717200000000,"temperature":21}'), receivedAt: NOW };
    expect(reasons(decoder.decode(message))).toEqual(['unknown-asset']);
    directory.add('pump-1', 'pump');
    expect(decoder.decode(message).samples).toHaveLength(1);
    directory.add('pump-1', 'fan');
    expect(reasons(decoder.decode(message))).toEqual(['out-of-range']);
  });

  it('go to the asset that the device spoke for at that time', () => {
    const { decode, directory } = setup({ topic: 'gw/{device}' });
    directory.add('pump-2', PUMP.id);
    directory.bind({ deviceId: 'gw-1', assetId: 'pump-1', from: NOW - DAY, to: NOW - HOUR });
    directory.bind({ deviceId: 'gw-1', assetId: 'pump-2', from: NOW - HOUR });
    const readings = [NOW - 2 * HOUR, NOW - HOUR, NOW - 2 * DAY].map((ts) => ({ ts, temperature: 20 }));
    const decoded = decode(readings, { topic: 'gw/gw-1' });
    expect(decoded.samples.map(({ series }) => series.assetId)).toEqual(['pump-1', 'pump-2']);
    expect(reasons(decoded)).toEqual(['unknown-asset']);
  });

  it('belong to the first source whose topic matches', () => {
    const { decode } = setup({ id: 'first', topic: 'acme/{site}/{asset}/+' }, { id: 'second' });
    expect(decode({ ts: NOW, temperature: 20 }).sourceId).toBe('first');
  });
});

describe('registration', () => {
  const autoRegister = { modelId: PUMP.id, siteId: 'site-9', max: 100 };
  const topic = 'acme/site-1/new/telemetry';

  it('takes a device that speaks sense, at the site of its topic', () => {
    const { decode, directory } = setup({ autoRegister });
    expect(decode({ ts: NOW, temperature: 20 }, { topic }).samples).toHaveLength(1);
    expect(directory.byAsset('new')?.asset).toMatchObject({ siteId: 'site-1', registeredBy: 'auto' });
  });

  it.each(['nonsense', { temperature: 20 }, 5])('takes none that sends %j', (payload) => {
    const { decode, directory } = setup({ autoRegister });
    decode(payload, { topic });
    expect(directory.size).toBe(1);
  });

  it('registers a device under its own id once', () => {
    const { decode, directory } = setup({ autoRegister, topic: 'gw/{device}' });
    for (let count = 0; count < 3; count++) {
      const [sample] = decode({ ts: NOW, temperature: count }, { topic: 'gw/gw-7' }).samples;
      expect(sample?.series.assetId).toBe('gw-7');
    }
    expect(directory.size).toBe(2);
  });

  it('ends at the cap when 10,000 ids come, each of them counted, without growing memory', () => {
    const { decode, directory } = setup({ autoRegister });
    const counts = { values: 0, taken: 0, full: 0 };
    for (let index = 0; index < 10_000; index++) {
      const decoded = decode({ ts: NOW, temperature: 20 }, { topic: `acme/site-1/id-${index}/telemetry` });
      counts.values += accounted(decoded);
      counts.taken += decoded.samples.length;
      counts.full += reasons(decoded).filter((reason) => reason === 'registration-full').length;
    }
    expect(counts).toEqual({ values: 10_000, taken: 100, full: 9_900 });
    expect(directory.size).toBe(101);
  });
});

describe('rejections', () => {
  it('name the metric and the asset, and add up beyond the first sixteen', () => {
    const { decode } = setup();
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`unknown-${index}`, 1]));
    const decoded = decode({ ts: NOW, temperature: 20, ...many });
    expect(decoded.rejections).toHaveLength(17);
    expect(decoded.rejections[0]).toMatchObject({ assetId: 'pump-1', metric: 'unknown-0', samples: 1 });
    expect(decoded.rejections[16]).toMatchObject({ reason: 'unknown-metric', samples: 84 });
    expect(accounted(decoded)).toBe(101);
  });

  it('hold no control characters and no endless names', () => {
    const { decode } = setup();
    const { rejections } = decode({ ts: NOW, [`a\u0000${'x'.repeat(9_000)}`]: 1, fault: 'y'.repeat(9_000) });
    for (const { metric, detail } of rejections) expect(`${metric}${detail}`).toMatch(/^[^\p{Cc}]{1,500}$/u);
    expect(rejections).toHaveLength(2);
  });

  it('take no payload beyond the size of the source, whatever is in it', () => {
    const { decode } = setup();
    const payload = Buffer.alloc(10_000_000, '[');
    const taken = cpuTimeOf(() => expect(reasons(decode(payload))).toEqual(['payload-too-large']));
    expect(taken).toBeLessThan(100);
  });

  it.each([
    ['items that are none', `[${'1,'.repeat(5_000_000)}1]`, 9, 0],
    ['unknown names', `{"ts":${NOW},${Array.from({ length: 60_000 }, (_, index) => `"n${index}":1`)}}`, 17, 60_000],
  ])('bound the work of a large payload of %s that the source does take', (_, text, rejections, values) => {
    const { decode } = setup({ maxPayloadBytes: 20_000_000 });
    const payload = Buffer.from(text);
    const parsing = cpuTimeOf(() => JSON.parse(payload.toString()));
    let decoded: Decoded | undefined;
    const decoding = cpuTimeOf(() => {
      decoded = decode(payload);
    });
    expect(decoded?.rejections).toHaveLength(rejections);
    expect(accounted(decoded!)).toBe(values);
    expect(decoding).toBeLessThan(6 * parsing + 500);
  });
});

describe('corrected clocks', () => {
  const source = { clock: 'corrected' } as const;
  /** Live messages every ten seconds from a clock that is off by `error`. */
  function live(decode: ReturnType<typeof setup>['decode'], error: number, count: number, from = NOW) {
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      const sent = from + index * 10_000;
      const decoded = decode({ ts: sent + error, temperature: 20 }, { receivedAt: sent + 200 });
      times.push(...decoded.samples.map(({ time }) => time - sent));
    }
    return times;
  }

  it('are right after some minutes when they were slow, and say that they are corrected', () => {
    const { decode } = setup(source);
    const errors = live(decode, -HOUR, 30);
    expect(errors[0]).toBe(-HOUR);
    expect(Math.abs(errors.at(-1)!)).toBeLessThanOrEqual(1_000);
    const [sample] = decode({ ts: NOW - HOUR + 300_000, temperature: 20 }, { receivedAt: NOW + 300_200 }).samples;
    expect(sample).toMatchObject({ time: NOW + 300_000, quality: 1 });
  });

  it('are right at once when they are ahead', () => {
    const { decode } = setup(source);
    for (const error of live(decode, 3 * DAY, 5)) expect(Math.abs(error)).toBeLessThanOrEqual(1_000);
  });

  it('give a redelivered message the time of before, also after a restart', () => {
    const { decode, restart, saved } = setup(source);
    const early = { ts: NOW - HOUR, temperature: 20 };
    const stampOf = (decoded: Decoded) => decoded.samples[0]?.time;
    const before = stampOf(decode(early, { receivedAt: NOW + 200 }));
    live(decode, -HOUR, 30);
    const late = { ts: NOW + 290_000 - HOUR, temperature: 20 };
    const after = stampOf(decode(late, { receivedAt: NOW + 290_200 }));
    expect(saved.size).toBe(1);
    restart();
    expect(stampOf(decode(early, { receivedAt: NOW + 400_000 }))).toBe(before);
    expect(stampOf(decode(late, { receivedAt: NOW + 400_000 }))).toBe(after);
  });

  it('of unknown assets take no memory', () => {
    const { decode, saved } = setup(source);
    decode({ ts: NOW + DAY, temperature: 20 }, { topic: 'acme/site-1/nobody/telemetry' });
    expect(saved.size).toBe(0);
  });
});

it('stamps by the receipt where the device is not trusted', () => {
  const { decode } = setup({ clock: 'receipt' });
  expect(decode({ ts: 5, temperature: 20 }).samples[0]).toMatchObject({ time: NOW, quality: 0 });
});

it('refuses a future stamp and an old one just beyond the limits', () => {
  const { decode } = setup();
  const at = (ts: number) => reasons(decode({ ts, temperature: 20 }));
  expect(at(NOW + 5 * MINUTE)).toEqual([]);
  expect(at(NOW + 5 * MINUTE + 1)).toEqual(['future-time']);
  expect(at(NOW - RETENTION)).toEqual([]);
  expect(at(NOW - RETENTION - 1)).toEqual(['too-old']);
});

describe('any payload', () => {
  const value = fc.oneof(
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('running', 'overload', 'x'),
    fc.constant([]),
  );
  const name = fc.constantFrom(...PUMP.metrics.map(({ id }) => id), 'rssi', 'other', '__proto__', 'value');
  const ts = fc.oneof(
    fc.integer({ min: NOW - 2 * RETENTION, max: NOW + DAY }),
    fc.constant('x'),
    fc.constant(undefined),
  );
  const readings = fc.array(fc.tuple(ts, fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key })));
  const clock = fc.constantFrom('device', 'receipt', 'corrected');

  it('has each of its values either as a sample or in a rejection', () => {
    fc.assert(
      fc.property(readings, clock, (items, trust) => {
        const { decode } = setup({ clock: trust as SourceDefinition['clock'], ignore: ['rssi'] });
        const texts = items.map(([stamp, values]) => {
          const fields = values.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`);
          return `{${[...(stamp === undefined ? [] : [`"ts":${JSON.stringify(stamp)}`]), ...fields].join(',')}}`;
        });
        const expected = items.reduce((sum, [, values]) => sum + values.filter(([key]) => key !== 'rssi').length, 0);
        const decoded = decode(Buffer.from(`[${texts.join(',')}]`));
        expect(accounted(decoded)).toBe(expected);
        for (const sample of decoded.samples) expect(Number.isFinite(sample.value)).toBe(true);
      }),
    );
  });

  it('and any topic neither throws nor is passed over', () => {
    const { decode } = setup({}, { id: 'metric', topic: '{asset}/{metric}', clock: 'corrected' });
    const seed = Buffer.from(
      JSON.stringify([
        { ts: NOW, temperature: 20, running: 1 },
        { ts: NOW, values: { hours: 3 } },
      ]),
    );
    const change = fc.tuple(fc.nat(seed.length - 1), fc.nat(255));
    const topic = fc.oneof(fc.string(), fc.constantFrom(TOPIC, 'pump-1/temperature'));
    fc.assert(
      fc.property(topic, fc.array(change, { maxLength: 8 }), fc.nat(seed.length), (where, changes, length) => {
        const bytes = Buffer.from(seed.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
        const decoded = decode(bytes, { topic: where });
        expect(decoded.samples.length + decoded.rejections.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });
});

it.each([
  { topic: 'acme/telemetry' },
  { codec: 'toString' },
  { time: { unit: 'auto', zone: 'Europe/Atlantis' } },
] as const)('does not start with %j', (change) => {
  const start = () =>
    createDecoder({ sources: [jsonSource(change)], directory: new MemoryDirectory([]), retention: RETENTION });
  expect(start).toThrow();
});

describe('local times', () => {
  const zone = 'Europe/Berlin';
  const local = (at: number) => new Date(at).toLocaleString('sv-SE', { timeZone: zone });

  it.each([
    'device',
    'corrected',
  ] as const)('keep their order through the hour that comes twice, with clock %s, and a message sent again its time', (clock) => {
    const { decode } = setup({ clock, time: { unit: 'auto', zone } });
    const start = Date.UTC(2024, 9, 26, 23);
    const sent = Array.from({ length: 240 }, (_, minute) => start + minute * MINUTE);
    const time = (at: number, receivedAt: number) =>
      decode({ ts: local(at), temperature: 21 }, { receivedAt }).samples.map((sample) => sample.time);
    for (const at of sent) {
      expect(time(at, at + 200)).toEqual([at]);
      expect(time(at - 20 * MINUTE, at + 300)).toEqual([at - 20 * MINUTE]);
    }
  });

  it('lose none in the hour that is skipped: no clock of the zone shows it', () => {
    const { decode } = setup({ time: { unit: 'auto', zone } });
    const start = Date.UTC(2024, 2, 30, 23);
    const sent = Array.from({ length: 240 }, (_, minute) => start + minute * MINUTE);
    const times = sent.flatMap((at) => decode({ ts: local(at), temperature: 21 }, { receivedAt: at }).samples);
    expect(times.map(({ time }) => time)).toEqual(sent);
    expect(reasons(decode({ ts: '2024-03-31 02:30:00', temperature: 21 }))).toEqual(['invalid-time']);
  });
});

describe('what is learned of the clocks', () => {
  function watching(change: Partial<SourceDefinition>) {
    const directory = new MemoryDirectory([PUMP]);
    directory.add('pump-1', PUMP.id);
    const seen: [string, number][] = [];
    const watch = { observe: (id: string, newest: number, at: number) => void seen.push([id, newest - at]) };
    const decoder = createDecoder({ sources: [jsonSource(change)], directory, retention: RETENTION, watch });
    const send = (payload: unknown, topic = TOPIC) =>
      decoder.decode({ topic, payload: Buffer.from(JSON.stringify(payload)), receivedAt: NOW });
    return { seen, send };
  }

  it.each(['device', 'corrected'] as const)('is the newest stamp of a message, as the device gave it (%s)', (clock) => {
    const { seen, send } = watching({ clock });
    send([
      { ts: NOW - HOUR, temperature: 1 },
      { ts: NOW + 2 * DAY, temperature: 2 },
      { ts: NOW, temperature: 3 },
    ]);
    expect(seen).toEqual([['pump-1', 2 * DAY]]);
  });

  it('is nothing of stamps that do not count, are none, or are of nobody', () => {
    const receipt = watching({ clock: 'receipt' });
    receipt.send({ ts: NOW - HOUR, temperature: 1 });
    const device = watching({ clock: 'device' });
    device.send({ ts: 'soon', temperature: 1 });
    device.send({ ts: NOW, temperature: 1 }, 'acme/site-1/pump-9/telemetry');
    expect([receipt.seen, device.seen]).toEqual([[], []]);
  });
});
