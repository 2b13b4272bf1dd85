import type { Histories } from '../../../src/domain/histories.ts';
import type { IndicatorDefinition, MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, type Duration, HOUR } from '../../../src/domain/time.ts';
import { libraryOf, WORN_METRICS, type WornRun, wornRuns } from '../../support/histories.ts';
import { normalDraws } from '../../support/normalDraws.ts';
import { type Item, makeEvent, T0 } from './history.ts';

/** What the alarm of every kind of rule can be given, by the name that the table in docs/rules.md heads its column with. */
export const OPTIONS = ['levels', 'deadband', 'on-delay', 'off-delay', 'minimum evidence', 'schedule'] as const;
export type Option = (typeof OPTIONS)[number];

export interface Cell {
  /** Where it is in the parameters of the kind; undefined where it is built in. */
  readonly param: string | undefined;
  readonly with: Readonly<Record<string, unknown>>;
  /** Without it; merged over what the row has. */
  readonly without?: Readonly<Record<string, unknown>>;
  readonly items?: readonly Item[];
  /** Instead of those of the row, for both. */
  readonly itemsWithout?: readonly Item[];
}

export interface Row {
  readonly kind: string;
  readonly metrics: readonly MetricDefinition[];
  readonly indicators?: readonly IndicatorDefinition[];
  readonly others?: readonly { readonly kind: string; readonly id: string; readonly params: Record<string, unknown> }[];
  readonly histories?: Histories;
  readonly params: Readonly<Record<string, unknown>>;
  /** A history in which it is raised and, where samples can do that, cleared. */
  readonly items: readonly Item[];
  /** How often somebody looks. */
  readonly tickEvery: Duration;
  readonly cells: Readonly<Record<Option, Cell>>;
}

const number = (id: string, unit?: string): MetricDefinition => ({ id, kind: 'number', ...(unit ? { unit } : {}) });

/** Values of metric 0, `every` so often; a pair is so many of a value. */
function run(stretches: readonly (readonly [count: number, value: number])[], every = HOUR, metric = 0): Item[] {
  const values = stretches.flatMap(([count, value]) => Array<number>(count).fill(value));
  return values.map((value, at) => ({ metric, time: T0 + at * every, value }));
}

/** Closed while the histories below begin to show what raises. */
const LATER = { zone: 'UTC', days: ['tue', 'thu', 'sat'], from: '12:00', to: '20:00' };
const two = (mild: object, bad: object) => [
  { ...mild, severity: 'warning' },
  { ...bad, severity: 'critical' },
];
const one = (level: object) => [{ ...level, severity: 'warning' }];

/** What all rules that judge a condition share. */
const shared = (deadband: Cell, levels: Cell): Row['cells'] => ({
  levels,
  deadband,
  'on-delay': { param: 'onDelay', with: { onDelay: '3h' } },
  'off-delay': { param: 'offDelay', with: { offDelay: '3h' } },
  'minimum evidence': { param: 'minSamples', with: { minSamples: 4 } },
  schedule: { param: 'schedule', with: { schedule: LATER } },
});

/** Above 50 from the fifth hour on, somewhat below from the fifteenth, and far below at the end. */
const EXCESS = run([
  [5, 10],
  [10, 60],
  [6, 48],
  [20, 10],
]);
const limits = shared(
  { param: 'deadband', with: { deadband: 5 } },
  { param: 'levels', with: { levels: two({ limit: 50 }, { limit: 55 }) } },
);

const threshold: Row = {
  kind: 'threshold',
  metrics: [number('temperature')],
  params: { metric: 'temperature', direction: 'above', levels: one({ limit: 50 }) },
  items: EXCESS,
  tickEvery: HOUR,
  cells: limits,
};

const expression: Row = {
  ...threshold,
  metrics: [number('inlet')],
  indicators: [{ id: 'temperature', expression: 'inlet + 1.0' }],
};

const ramp = (slope: (hour: number) => number): Item[] => {
  let value = 0;
  return Array.from({ length: 120 }, (_, hour) => {
    value += slope(hour);
    return { metric: 0, time: T0 + hour * HOUR, value };
  });
};

const rateOfChange: Row = {
  kind: 'rate-of-change',
  metrics: [number('level')],
  params: { metric: 'level', direction: 'above', window: '12h', levels: one({ limit: 5 }) },
  items: ramp((hour) => (hour < 20 ? 0 : hour < 50 ? 10 : hour < 80 ? 4 : 0)),
  tickEvery: HOUR,
  cells: shared(
    { param: 'deadband', with: { deadband: 2 } },
    { param: 'levels', with: { levels: two({ limit: 5 }, { limit: 8 }) } },
  ),
};

const vibration: Row = {
  kind: 'vibration',
  metrics: [number('velocity', 'mm/s')],
  params: {
    metric: 'velocity',
    standard: '20816-3',
    machine: 'fan',
    group: 2,
    support: 'rigid',
    quantity: 'velocity-rms',
    deadband: 0,
  },
  items: run([
    [5, 1],
    [10, 3],
    [6, 2.6],
    [20, 1],
  ]),
  tickEvery: HOUR,
  cells: shared(
    { param: 'deadband', with: { deadband: 0.5 } },
    {
      param: 'support',
      with: {},
      without: { support: 'flexible' },
      items: run([
        [5, 1],
        [10, 5],
        [6, 2.6],
        [20, 1],
      ]),
    },
  ),
};

const anomaly: Row = {
  kind: 'anomaly',
  metrics: [number('flow')],
  params: { metric: 'flow', direction: 'above', expected: { mean: 10, deviation: 10 }, levels: one({ limit: 4 }) },
  items: EXCESS,
  tickEvery: HOUR,
  cells: shared(
    { param: 'deadband', with: { deadband: 0.5 } },
    { param: 'levels', with: { levels: two({ limit: 4 }, { limit: 4.5 }) } },
  ),
};

/** Rises to near its limit for 24 days, and stays there. */
function wearThatStops(): Item[] {
  const normal = normalDraws(3);
  return Array.from({ length: 240 }, (_, at) => {
    const day = at / 4;
    return { metric: 0, time: T0 + at * 6 * HOUR, value: 20 + 3 * Math.min(day, 24) + normal() };
  });
}

const trend: Row = {
  kind: 'trend',
  metrics: [number('drop', 'Pa')],
  params: {
    metric: 'drop',
    direction: 'above',
    limit: 100,
    updateEvery: '1d',
    risk: { planningMargin: '5d', levels: one({ probability: 0.5 }), deadband: 0 },
  },
  items: wearThatStops(),
  tickEvery: DAY,
  cells: {
    ...shared(
      {
        param: 'risk.deadband',
        with: { risk: { planningMargin: '5d', levels: one({ probability: 0.5 }), deadband: 0.45 } },
      },
      {
        param: 'risk.levels',
        with: { risk: { planningMargin: '5d', levels: two({ probability: 0.5 }, { probability: 0.9 }), deadband: 0 } },
      },
    ),
    'on-delay': { param: 'onDelay', with: { onDelay: '1d' } },
    'off-delay': { param: 'offDelay', with: { offDelay: '2d' } },
  },
};

const LOADS = [0, 60];
const [WORN] = wornRuns(1, 21, { loads: LOADS }) as [WornRun];

/** Up to near its end, and then as it was when it was new. */
function wornAndMended(): Item[] {
  const near = WORN.rows.slice(0, WORN.life - 8);
  const rows = [...near, ...WORN.rows.slice(0, 40)];
  return rows.flatMap((row, at) => row.map((value, metric) => ({ metric, time: T0 + (at + 1) * HOUR, value })));
}

const RISK = { planningMargin: '20h', levels: one({ probability: 0.5 }), deadband: 0 };

const similarity: Row = {
  kind: 'similarity',
  metrics: WORN_METRICS.map((id) => number(id)),
  histories: libraryOf(wornRuns(25, 20, { loads: LOADS })),
  params: { library: 'runs.csv', duty: ['load'], reach: '100h', begins: 'first-sample', risk: RISK },
  items: wornAndMended(),
  tickEvery: DAY,
  cells: {
    ...shared(
      { param: 'risk.deadband', with: { risk: { ...RISK, deadband: 0.45 } } },
      { param: 'risk.levels', with: { risk: { ...RISK, levels: two({ probability: 0.5 }, { probability: 0.9 }) } } },
    ),
    // Closed when it would be raised only: with less to go by it forecasts otherwise.
    schedule: { param: 'schedule', with: { schedule: { zone: 'UTC', from: '21:00', to: '20:00' } } },
  },
};

const FAULTS = [0, 1, 2, 3, 4, 8].map((hour): Item => ({ metric: 0, time: T0 + (4 + hour) * HOUR, value: 1 }));

const event: Row = {
  kind: 'event',
  metrics: [{ id: 'fault', kind: 'event', codes: { none: 0, jam: 1 } }],
  params: { metric: 'fault', within: '6h', deadband: 0, levels: one({ count: 3 }) },
  items: FAULTS,
  tickEvery: HOUR,
  cells: {
    levels: { param: 'levels', with: { levels: two({ count: 3 }, { count: 5 }) } },
    deadband: { param: 'deadband', with: { deadband: 1 } },
    'on-delay': { param: 'onDelay', with: { onDelay: '2h' } },
    'off-delay': { param: 'offDelay', with: { offDelay: '2h' } },
    'minimum evidence': { param: 'levels.count', with: { levels: one({ count: 4 }) } },
    schedule: { param: 'schedule', with: { schedule: LATER } },
  },
};

/** Heard each hour, then not for ten, then each five, and at last each hour again. */
const HEARD = [0, 1, 2, 3, 13, 18, 23, 24, 25, 26, 27, 28, 29, 30].map(
  (hour): Item => ({ metric: 0, time: T0 + hour * HOUR, value: 1 }),
);

const silence: Row = {
  kind: 'silence',
  metrics: [number('status')],
  params: { after: '6h', offDelay: '3h' },
  items: HEARD,
  tickEvery: HOUR / 2,
  cells: {
    levels: {
      param: 'levels',
      with: { after: undefined, levels: two({ after: '6h' }, { after: '9h' }) },
    },
    deadband: { param: 'deadband', with: { deadband: '2h' } },
    'on-delay': { param: 'after', with: { after: '8h' } },
    'off-delay': { param: 'offDelay', with: { offDelay: '6h' } },
    'minimum evidence': { param: 'minSamples', with: { minSamples: 5 } },
    schedule: { param: 'schedule', with: { schedule: LATER } },
  },
};

const composite: Row = {
  kind: 'composite',
  metrics: [number('temperature'), number('pressure')],
  others: [
    {
      kind: 'threshold',
      id: 'hot',
      params: { metric: 'temperature', direction: 'above', levels: one({ limit: 50 }) },
    },
    { kind: 'threshold', id: 'high', params: { metric: 'pressure', direction: 'above', levels: one({ limit: 50 }) } },
  ],
  params: { of: ['hot', 'high'], levels: one({ need: 2 }) },
  items: [
    ...run([
      [5, 10],
      [10, 60],
      [6, 10],
      [20, 10],
    ]),
    ...run(
      [
        [3, 10],
        [18, 60],
        [20, 10],
      ],
      HOUR,
      1,
    ),
  ],
  tickEvery: HOUR,
  cells: {
    levels: { param: 'levels', with: { levels: two({ need: 1 }, { need: 2 }) } },
    deadband: { param: 'deadband', with: { deadband: 1 } },
    'on-delay': { param: 'onDelay', with: { onDelay: '3h' } },
    'off-delay': { param: 'offDelay', with: { offDelay: '3h' } },
    'minimum evidence': {
      param: 'levels.need',
      with: { levels: one({ need: 2 }) },
      without: { levels: one({ need: 1 }) },
    },
    schedule: { param: 'schedule', with: { schedule: LATER } },
  },
};

const usage: Row = {
  kind: 'usage',
  metrics: [number('toner', '%')],
  params: { counter: 'toner', form: 'remaining-percent', levels: one({ wear: 0.9 }), deadband: 0.02 },
  // Refilled by little, so that it is the same cartridge.
  items: run([
    [2, 20],
    [10, 8],
    [10, 13],
    [10, 20],
  ]),
  tickEvery: HOUR,
  cells: {
    levels: { param: 'levels', with: { levels: two({ wear: 0.9 }, { wear: 0.91 }) } },
    deadband: { param: 'deadband', with: { deadband: 0.05 } },
    'on-delay': { param: 'onDelay', with: { onDelay: '3h' } },
    'off-delay': { param: 'offDelay', with: { offDelay: '3h' } },
    'minimum evidence': { param: 'minSamples', with: { minSamples: 4 } },
    schedule: { param: 'schedule', with: { schedule: LATER } },
  },
};

const installed = makeEvent({ id: 'a', type: 'component-installed', componentId: 'part', at: T0 });
const extended = (days: number, by = 1): Item =>
  makeEvent({
    id: `b${days}`,
    type: 'life-extended',
    componentId: 'part',
    failureModeId: 'mode',
    ticketId: 'ticket',
    at: T0 + days * DAY,
    calendar: by * DAY,
  });

const calendar: Row = {
  kind: 'calendar',
  metrics: [number('status')],
  params: { life: '10d', levels: one({ wear: 0.9 }) },
  items: [installed, extended(9.5, 10)],
  tickEvery: HOUR,
  cells: {
    levels: { param: 'levels', with: { levels: two({ wear: 0.9 }, { wear: 0.92 }) } },
    deadband: { param: 'deadband', with: { deadband: 0.5 } },
    'on-delay': { param: 'onDelay', with: { onDelay: '3h' } },
    'off-delay': { param: 'offDelay', with: { offDelay: '3h' } },
    'minimum evidence': { param: undefined, with: {}, items: [extended(9.5, 10)], itemsWithout: [installed] },
    schedule: { param: 'schedule', with: { schedule: LATER } },
  },
};

export const ROWS: readonly Row[] = [
  threshold,
  expression,
  rateOfChange,
  vibration,
  trend,
  anomaly,
  similarity,
  event,
  silence,
  composite,
  usage,
  calendar,
];
