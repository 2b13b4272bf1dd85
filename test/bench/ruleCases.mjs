/** A Monday. */
export const START = Date.UTC(2024, 0, 1);
export const STEP = 60_000;
const DAY = 1440;

const one = (severity = 'warning') => ({ severity });
const number = (id, unit) => ({ id, kind: 'number', unit });
const A = number('a', 'K');
const B = number('b', 'bar');
const LOAD = number('load', '1');
const HOURS = number('hours', 'h');
const ALARM = { id: 'alarm', kind: 'event', codes: { none: 0, trip: 1 } };

const THRESHOLD = {
  kind: 'threshold',
  metric: 'a',
  direction: 'above',
  levels: [{ limit: 100, ...one() }],
  deadband: 2,
};
const SIMILARITY = {
  kind: 'similarity',
  library: 'library.csv',
  metrics: ['a', 'b'],
  duty: ['load'],
  reach: '60h',
  minRows: 10,
};

/** What the others are held against. */
export const REFERENCE = 'threshold';

/**
 * One rule of each kind, by itself, with the metrics it reads. None of them stays raised: what is measured is watching.
 * `share`: of the samples, for what takes longer. `rules`: rules that a composite reads.
 */
export const RULE_CASES = [
  { name: 'no rule', metrics: [A] },
  { name: REFERENCE, metrics: [A], rule: THRESHOLD },
  {
    name: 'threshold, with delay, gate and schedule',
    metrics: [A, LOAD],
    rule: {
      ...THRESHOLD,
      onDelay: '5m',
      while: 'load > 0.6',
      schedule: { zone: 'Europe/Berlin', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '06:00', to: '22:00' },
    },
  },
  {
    name: 'threshold of the mean over a day',
    metrics: [A],
    indicators: [{ id: 'mean', of: 'a', window: { last: '1d', take: 'mean' } }],
    rule: { ...THRESHOLD, metric: 'mean' },
  },
  {
    name: 'threshold of the 90th percentile over a day',
    metrics: [A],
    indicators: [{ id: 'high', of: 'a', window: { last: '1d', take: 'p90' } }],
    rule: { ...THRESHOLD, metric: 'high' },
  },
  {
    name: 'threshold of an expression over two metrics',
    metrics: [A, B],
    indicators: [{ id: 'ratio', unit: '1', expression: '(a - 20.0) / b' }],
    rule: { ...THRESHOLD, metric: 'ratio' },
  },
  {
    name: 'rate-of-change',
    metrics: [A],
    rule: { kind: 'rate-of-change', metric: 'a', direction: 'above', window: '1d', levels: [{ limit: 50, ...one() }] },
  },
  {
    name: 'vibration',
    metrics: [number('velocity', 'mm/s')],
    rule: {
      kind: 'vibration',
      metric: 'velocity',
      standard: '20816-3',
      machine: 'fan',
      group: 2,
      support: 'rigid',
      quantity: 'velocity-rms',
    },
  },
  {
    name: 'trend',
    metrics: [A],
    rule: { kind: 'trend', metric: 'a', direction: 'above', limit: 200, risk: { planningMargin: '1d' } },
  },
  {
    name: 'anomaly of one metric',
    metrics: [A],
    rule: {
      kind: 'anomaly',
      metric: 'a',
      learning: '3d',
      profile: 'hour-of-day',
      adapt: '30d',
      levels: [{ limit: 50, ...one() }],
    },
  },
  {
    name: 'anomaly of three metrics',
    metrics: [A, B, LOAD],
    rule: { kind: 'anomaly', metrics: ['a', 'b', 'load'], learning: '3d', levels: [{ limit: 50, ...one() }] },
  },
  {
    name: 'event',
    metrics: [ALARM],
    rule: { kind: 'event', metric: 'alarm', within: '1d', levels: [{ count: 50, ...one() }] },
  },
  {
    name: 'composite of two rules',
    metrics: [A, ALARM],
    rule: { kind: 'composite', of: ['hot', 'trips'], within: '1d', levels: [{ need: 'all', ...one() }] },
    rules: [
      { id: 'hot', ...THRESHOLD },
      { id: 'trips', kind: 'event', metric: 'alarm', within: '1h', levels: [{ count: 50, ...one() }] },
    ],
  },
  {
    name: 'usage',
    metrics: [HOURS],
    rule: { kind: 'usage', counter: 'hours', life: 100_000, spread: 0.2, risk: { planningMargin: '7d' } },
  },
  { name: 'calendar', metrics: [A], rule: { kind: 'calendar', life: '3650d' } },
  { name: 'silence', metrics: [A], rule: { kind: 'silence', after: '30m' } },
  {
    name: 'similarity, a forecast an hour',
    metrics: [A, B, LOAD],
    rule: { ...SIMILARITY, timeUnit: '1h' },
  },
  {
    name: 'similarity, a forecast a row',
    metrics: [A, B, LOAD],
    share: 0.05,
    rule: { ...SIMILARITY, timeUnit: '1m', reach: '60m' },
  },
];

/** The same noise in every run, evenly between -1 and 1. */
function noiseOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const SIGNALS = {
  a: (at, noise) => 50 + 5 * Math.sin((2 * Math.PI * at) / DAY) + noise() + at / 10_000,
  b: (at, noise) => 8 + 0.2 * Math.sin((2 * Math.PI * at) / DAY) + 0.1 * noise(),
  load: (at, noise) => (at % 480 < 240 ? 0.8 : 0.4) + 0.05 * noise(),
  velocity: (_, noise) => 1.2 + 0.2 * noise(),
  hours: (at) => at / 60,
  alarm: (at) => (at % 97 === 0 ? 1 : 0),
};

/** A value a minute of the metric. */
export function signal(metric, length) {
  const noise = noiseOf(length);
  return Float64Array.from({ length }, (_, at) => SIGNALS[metric](at, noise));
}

/** Some twenty machines that ran to failure in about 120 rows: `a` rises and `b` falls as they wear. */
export function library() {
  const noise = noiseOf(1);
  const rows = Array.from({ length: 20 }, (_, unit) => {
    const life = 100 + 2 * unit;
    return Array.from({ length: life }, (_, at) => {
      const worn = (at / life) ** 3;
      const load = at % 8 < 4 ? 0.8 : 0.4;
      return [unit, at, 50 + 20 * worn + noise(), 8 - 2 * worn + 0.1 * noise(), load + 0.05 * noise()].join(',');
    });
  });
  return ['unit,time,a,b,load', ...rows.flat(), ''].join('\n');
}
