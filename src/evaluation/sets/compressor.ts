import { type CompressorData, readCompressor } from '../../../simulators/datasets/compressor.ts';
import { WHOLE_ASSET } from '../../domain/ids.ts';
import type { Timestamp } from '../../domain/time.ts';
import { DAY } from '../../domain/time.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Goal, holds, type Measure } from '../measure.ts';
import { onePath } from '../paths.ts';
import type { Run, TicketRecord } from '../run.ts';

/** The ticket is due within the first two days, since the oil is too hot from the start. */
const DUE_WITHIN = 2 * DAY;

export const compressor: Evaluation = {
  id: 'compressor',
  title: 'A real air compressor, its oil and its hours',
  model: 'air-compressor',
  folder: 'compressor',
  looks: 'never',
  protocol:
    'As stamped, silent while off; the hour counter rises by what each row says the machine ran. Offline tickets come from the fold of the stored history in device time, in which a silence lasts as long as it did there.',
  open(paths) {
    const data = readCompressor(onePath(paths));
    return { data, measure: (run) => measureCompressor(run, data.truth) };
  },
};

/** What the tickets say of oil, sensor, silence and hours. */
export function measureCompressor(run: Run, truth: CompressorData['truth']): Measure {
  const record = run.assets.get(truth.asset);
  const oil = run.tickets.filter(({ component }) => component === 'oil');
  const sensor = run.tickets.filter(({ failureMode }) => failureMode === 'sensor-fault');
  const others = run.tickets.filter((ticket) => !oil.includes(ticket) && !sensor.includes(ticket));
  const offline = (record?.findings ?? []).filter(
    ({ evidence, change }) => evidence.kind === 'silence' && change === 'raised',
  );
  const hours = record?.end.components.find(({ componentId }) => componentId === 'machine')?.used ?? null;
  return {
    figures: {
      oil_tickets: oil.length,
      oil_opened: oil.map(({ openedAt }) => day(openedAt)),
      oil_closed: oil.map((ticket) => stamp(endOf(ticket))),
      oil_reopened: oil.reduce((sum, { reopenedAt }) => sum + reopenedAt.length, 0),
      sensor_tickets: sensor.length,
      offline_tickets: offline.length,
      other_tickets: others.length,
      hours_counted: hours,
      hours_true: truth.hours,
    },
    goals: [
      ...(truth.oilChange ? oilGoals(oil, truth.oilChange, truth.from) : []),
      holds('offline_tickets', offline.length === 0, String(offline.length), 'none for nights and weekends'),
      holds('hours_counted', hours === truth.hours, String(hours), `${truth.hours}, exactly`),
      holds('sensor_tickets', sensor.length === 1, String(sensor.length), 'cold air is one sensor fault'),
      holds('other_tickets', others.length === 0, String(others.length), 'and no wear'),
    ],
    lines: run.tickets.map(line),
  };
}

function oilGoals(oil: readonly TicketRecord[], [after]: readonly [Timestamp, Timestamp], from: Timestamp): Goal[] {
  const [first] = oil;
  const end = first && endOf(first);
  const opened = first !== undefined && first.openedAt < from + DUE_WITHIN;
  const keptOpen = first !== undefined && first.reopenedAt.length === 0 && (end === undefined || end > after);
  return [
    holds('oil_tickets', oil.length === 1, String(oil.length), 'exactly one'),
    holds('oil_opened', opened, first ? day(first.openedAt) : 'never', `within two days of ${day(from)}`),
    holds('oil_reopened', keptOpen, keptOpen ? 'no' : 'closed too early, or reopened', 'kept open until the change'),
    holds('oil_closed', end !== undefined && end > after, stamp(end), `after the change, ${day(after)}`),
  ];
}

/** When it was over, by itself or by a technician; undefined while it goes on. */
function endOf({ clearedAt, closedAt, reopenedAt }: TicketRecord): Timestamp | undefined {
  const cleared = clearedAt.at(-1);
  if (closedAt !== undefined) return Math.min(closedAt, cleared ?? closedAt);
  return cleared !== undefined && (reopenedAt.at(-1) ?? Number.NEGATIVE_INFINITY) < cleared ? cleared : undefined;
}

function line(ticket: TicketRecord): string {
  const { component, failureMode, openedAt, severity } = ticket;
  const place = component === WHOLE_ASSET ? 'machine' : component;
  return `${stamp(openedAt)} ${severity} ${place}: ${failureMode}, over ${stamp(endOf(ticket))}`;
}

function day(time: Timestamp): string {
  return new Date(time).toISOString().slice(0, 10);
}

function stamp(time: Timestamp | undefined): string {
  return time === undefined ? 'never' : new Date(time).toISOString().slice(0, 16);
}
