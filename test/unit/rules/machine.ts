import fc from 'fast-check';
import type { AssetEvent } from '../../../src/domain/asset.ts';
import type { AssetModel, MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR, MINUTE } from '../../../src/domain/time.ts';
import { type HistorySample, type Item, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'temperature', kind: 'number', unit: '°C' },
  { id: 'pressure', kind: 'number', unit: 'bar' },
  { id: 'status', kind: 'state', codes: { stopped: 0, running: 1 } },
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'toner', kind: 'number', unit: '%' },
];
const LEVELS = [
  { limit: 50, severity: 'warning' },
  { limit: 80, severity: 'critical' },
];

/** A model with every kind of rule over samples: by one metric, by two together, two rules on one metric. */
export const MACHINE: AssetModel = makeModel(METRICS, [
  makeRule('threshold', { metric: 'temperature', direction: 'above', levels: LEVELS, deadband: 5 }, { id: 'hot' }),
  makeRule(
    'threshold',
    { metric: 'temperature', direction: 'above', levels: LEVELS, onDelay: '2h', offDelay: '3h', maxGap: '12h' },
    { id: 'hot-for-long' },
  ),
  makeRule(
    'threshold',
    {
      metric: 'pressure',
      direction: 'below',
      levels: [{ limit: 40, severity: 'warning' }],
      onDelay: '1h',
      offDelay: '1h',
      while: { metric: 'status', equals: 'running' },
    },
    { id: 'low' },
  ),
  makeRule(
    'threshold',
    {
      metric: 'temperature',
      direction: 'above',
      levels: LEVELS,
      minSamples: 2,
      schedule: { zone: 'Asia/Shanghai', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '20:00', to: '10:00' },
    },
    { id: 'hot-by-schedule' },
  ),
  makeRule('usage', { counter: 'hours', life: 300 }, { id: 'worn' }),
  makeRule(
    'usage',
    {
      counter: 'hours',
      life: 300,
      spread: 0.2,
      calendarLife: '8d',
      levels: [{ wear: 1, severity: 'critical' }],
      risk: {
        planningMargin: '2d',
        onDelay: '2h',
        offDelay: '8h',
        levels: [{ probability: 0.4, severity: 'warning' }],
      },
    },
    { id: 'at-risk' },
  ),
  makeRule('usage', { counter: 'toner', form: 'remaining-percent' }, { id: 'empty', componentId: 'cartridge' }),
  makeRule('calendar', { life: '5d' }, { id: 'aged' }),
  makeRule('calendar', { inspection: { first: '1d', every: '2d' } }, { id: 'inspected', failureModeId: 'usage-mode' }),
  makeRule('usage', { counter: 'status', form: 'running', life: 20, maxHold: '4h' }, { id: 'run' }),
]);

/** Metrics that a rule reads together belong to one group; groups may overtake each other. */
const GROUP_OF_METRIC = [0, 1, 1, 2, 3];

const sample: fc.Arbitrary<HistorySample> = fc.oneof(
  ...[
    fc.integer({ min: 30, max: 90 }),
    fc.integer({ min: 20, max: 60 }),
    fc.integer({ min: 0, max: 1 }),
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 9999) },
    ),
    fc.integer({ min: 0, max: 100 }),
  ].map((value, metric) =>
    fc.record({
      metric: fc.constant(metric),
      time: fc.integer({ min: 0, max: 600 }).map((step) => T0 + step * 20 * MINUTE),
      value,
      quality: fc.constantFrom(0 as const, 0 as const, 0 as const, 0 as const, 1 as const, 2 as const),
    }),
  ),
);

const eventTime = fc.integer({ min: -10, max: 210 }).map((hour) => T0 + hour * HOUR + 7 * MINUTE);

const event: fc.Arbitrary<AssetEvent> = fc
  .record({
    at: eventTime,
    id: fc.uuid(),
    kind: fc.integer({ min: 0, max: 3 }),
    part: fc.boolean(),
    hours: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ at, id, kind, part, hours }) => {
    const componentId = part ? 'part' : 'cartridge';
    if (kind === 0) return makeEvent({ type: 'maintenance', id, at, until: at + hours * HOUR });
    if (kind === 1)
      return makeEvent({
        type: 'ticket-closed',
        id,
        at,
        componentId,
        failureModeId: part ? 'threshold-mode' : 'usage-mode',
        ticketId: id,
      });
    if (kind === 2) return makeEvent({ type: 'rules-changed', id, at, ruleIds: part ? ['hot', 'worn'] : ['low'] });
    return makeEvent({
      type: 'component-replaced',
      id,
      at,
      componentId,
      ...(hours > 10 ? { reading: hours * 10 } : {}),
    });
  });

/** A counter goes up, with an odd reading now and then; otherwise it would be all resets. */
function countUp(samples: readonly HistorySample[]): HistorySample[] {
  let reading = 0;
  return samples.map((item) => {
    if (item.metric !== 3) return item;
    if (item.value % 7 === 0) return item;
    reading += item.value % 4;
    return { ...item, value: reading };
  });
}

/** Samples with distinct (metric, time) in order of time, and events; neither merged nor ordered across. */
export const historyOf: fc.Arbitrary<{ samples: HistorySample[]; events: AssetEvent[] }> = fc
  .record({
    samples: fc.uniqueArray(sample, {
      minLength: 20,
      maxLength: 200,
      selector: ({ metric, time }) => `${metric}|${time}`,
      size: 'max',
    }),
    events: fc.array(event, { maxLength: 6 }),
  })
  .map(({ samples, events }) => ({ samples: countUp(samples.sort((a, b) => a.time - b.time)), events }));

export function groupOf(item: Item): number | undefined {
  return 'type' in item ? undefined : GROUP_OF_METRIC[item.metric];
}
