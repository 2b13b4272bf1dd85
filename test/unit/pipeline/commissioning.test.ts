import { describe, expect, it } from 'vitest';
import { COMMISSIONING_CODES, reasonText } from '../../../src/domain/commissioning.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { type CommissioningFacts, judgeCommissioning } from '../../../src/pipeline/commissioning.ts';

const NOW = Date.UTC(2026, 10, 20, 14, 5);
const METRICS: readonly MetricDefinition[] = [
  { id: 'temperature', kind: 'number', unit: '°C', range: [-40, 120], name: { en: 'Oil temperature', zh: '油温' } },
  { id: 'pressure', kind: 'number', unit: 'bar', range: [0, 16] },
  { id: 'hours', kind: 'number', unit: 'h', range: [0, 200_000] },
  { id: 'running', kind: 'state', codes: { stopped: 0, running: 1 } },
  { id: 'fault', kind: 'event', codes: { none: 0 } },
];

type Course = (minute: number) => number;
const COURSES: Record<string, Course> = {
  temperature: (minute) => 68 + 4 * Math.sin(minute / 40) + (minute % 3) / 10,
  pressure: (minute) => 7.4 + (minute % 7) / 20,
  hours: (minute) => 32_000 + minute / 60,
  running: () => 1,
};

/** Two hours of a compressor, a reading each minute. */
function series(courses: Record<string, Course> = COURSES, minutes = 120) {
  return Array.from({ length: minutes }, (_, minute) => {
    const time = NOW - (minutes - minute) * MINUTE;
    return Object.entries(courses).map(([metricId, course]) => {
      return { assetId: 'c1', metricId, time, value: course(minute), quality: 0 as const, receivedAt: time + 200 };
    });
  }).flat();
}

function judge(change: Partial<CommissioningFacts> = {}) {
  return judgeCommissioning({
    ...{ assetId: 'c1', now: NOW, from: NOW - DAY, to: NOW, metrics: METRICS, letters: [], qos: 1 },
    needed: new Set(['temperature', 'hours']),
    samples: series(),
    lastReceivedAt: NOW - MINUTE,
    clockError: 300,
    ...change,
  });
}

const codes = (change: Partial<CommissioningFacts>) =>
  judge(change).reasons.map((reason) => [
    'metricId' in reason ? `${reason.code} ${reason.metricId}` : reason.code,
    reason.blocks,
  ]);
const without = (...ids: string[]) => Object.fromEntries(Object.entries(COURSES).filter(([id]) => !ids.includes(id)));
const refused = (metric: string, ...values: number[]) =>
  values.map((value) => ({ reason: 'out-of-range' as const, metric, detail: `found ${value} x; valid are 0 to 1` }));

describe('commissioning', () => {
  it('is ready where everything comes, with how often and how steadily', () => {
    const report = judge();
    expect(report).toMatchObject({ ready: true, reasons: [], samples: 480, qos: 1 });
    expect(report.interval).toEqual({ median: MINUTE, regular: 1 });
    expect(report.metrics[1]).toEqual({ metricId: 'pressure', samples: 120, last: 7.4, min: 7.4, max: 7.7 });
    expect(report.metrics[4]).toEqual({ metricId: 'fault', samples: 0 });
  });

  it('waits for a metric that a rule reads, and tells of one that none reads; events need not happen', () => {
    expect(codes({ samples: series(without('temperature', 'pressure')) })).toEqual([
      ['missing temperature', true],
      ['missing pressure', false],
    ]);
  });

  it('finds a value that stands still while others move', () => {
    expect(codes({ samples: series({ ...COURSES, pressure: () => 7.4 }) })).toEqual([['flat pressure', false]]);
  });

  it('takes no value for flat while nothing moves, or for too short a time', () => {
    expect(
      codes({ samples: series({ temperature: () => 20, pressure: () => 0, hours: () => 5, running: () => 0 }) }),
    ).toEqual([]);
    expect(codes({ samples: series({ ...COURSES, pressure: () => 7.4 }, 30) })).toEqual([]);
  });

  it.each([
    ['temperature', [154.4, 156.2, 161], '°F', 68],
    ['pressure', [740, 752, 761], 'kPa', 7.4],
    ['pressure', [740_000, 752_000, 761_000], 'Pa', 7.4],
    ['hours', [115_200_000, 115_200_060, 115_200_120], 's', 32_000],
    ['hours', [1_920_000, 1_920_001, 1_920_002], 'min', 32_000],
  ])('finds that %s of %j comes in %s', (metricId, values, unit, converted) => {
    const report = judge({ samples: series(without(metricId)), letters: refused(metricId, ...values) });
    expect(report.ready).toBe(false);
    expect(report.reasons).toEqual([expect.objectContaining({ code: 'suspect-unit', metricId, unit, converted })]);
  });

  it('says of values that fit no unit that they are out of range, and nothing of one spike', () => {
    expect(codes({ letters: refused('temperature', -273, 65_535, 65_535) })).toEqual([
      ['out-of-range temperature', true],
    ]);
    expect(codes({ letters: refused('temperature', 65_535) })).toEqual([]);
  });

  it('tells of the clock, of QoS 0 and of other messages refused', () => {
    const letters = [
      { reason: 'unknown-metric' as const, metric: 'x', detail: '' },
      { reason: 'malformed' as const, detail: '' },
    ];
    const report = judge({ clockError: -5 * MINUTE, qos: 0, letters });
    expect(report.ready).toBe(true);
    expect(report.reasons).toEqual([
      { code: 'clock-off', blocks: false, error: -5 * MINUTE },
      { code: 'qos-0', blocks: false },
      { code: 'dead-letters', blocks: false, count: 2, reasons: ['malformed', 'unknown-metric'] },
    ]);
  });

  it('waits for who is not heard, not any more, hardly or offline', () => {
    const nothing = { samples: [], lastReceivedAt: undefined, clockError: undefined, qos: undefined };
    expect(codes(nothing)).toEqual([['nothing-heard', true]]);
    expect(codes({ samples: series(COURSES, 2) })).toEqual([['few-samples', true]]);
    expect(codes({ lastReceivedAt: NOW - HOUR })).toEqual([['not-heard', true]]);
    const said = { assetId: 'c1', state: 'offline' as const, since: NOW - 5, by: 'lwt', asOf: NOW - 5 };
    expect(codes({ connectivity: { ...said, retained: false } })).toEqual([['offline', true]]);
    expect(codes({ connectivity: { ...said, retained: true } })).toEqual([]);
  });

  it('is patient with who reports each hour', () => {
    const samples = series().map((sample) => ({ ...sample, time: NOW - (NOW - sample.time) * 60 }));
    expect(codes({ samples, lastReceivedAt: NOW - 5 * HOUR })).toEqual([]);
  });

  it('has words in both languages for every reason', () => {
    const [metricId, since] = ['temperature', NOW];
    const all = {
      ...{ metricId, since, error: HOUR, unit: '°F', value: 154.4, converted: 68, modelUnit: '°C' },
      ...{ count: 2, reasons: ['malformed'] },
    };
    for (const code of COMMISSIONING_CODES) {
      const words = reasonText({ ...all, code, blocks: true } as never, () => METRICS[0]!.name);
      expect(words.en).toMatch(/^[A-Z0-9].*\.$/);
      expect(words.zh).toMatch(/[\u4e00-\u9fff].*。$/);
    }
    const unit = judge({ letters: refused('temperature', 154.4, 156.2, 161) }).reasons[0]!;
    expect(reasonText(unit, () => METRICS[0]!.name).en).toBe(
      'Oil temperature seems to come in °F: 154.4 °F would be 68 °C. Name the unit in the source.',
    );
  });
});
