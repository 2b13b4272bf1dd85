import { type Static, Type } from 'typebox';
import { SEVERITIES } from '../../domain/model.ts';
import { FLEET_GROUPINGS, type FleetCounts, type FleetGroup, type FleetRow } from '../../ports/fleet.ts';
import { tidy } from '../numbers.ts';
import { HEALTHS } from '../services.ts';
import { formatIfAny } from '../times.ts';
import { oneOf, ref, Time } from './common.ts';
import { ConnectivityStateSchema } from './connectivity.ts';
import { toMinute } from './finding.ts';

const EndOfLife = Type.Optional(
  Type.Refine(
    Type.String({ format: 'date-time', description: 'The soonest middle date of the forecasts, to the minute' }),
    () => true,
  ),
);

export const FleetRowSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.Optional(Type.String()),
    modelId: Type.String(),
    siteId: Type.String(),
    customerId: Type.Optional(Type.String()),
    health: oneOf(HEALTHS, { description: 'Worst rule of its components; `unknown`: nothing heard yet' }),
    inMaintenance: Type.Boolean(),
    silent: Type.Boolean({ description: 'A rule of silence holds' }),
    connectivity: Type.Optional(ConnectivityStateSchema),
    lastReceivedAt: Type.Optional(Time),
    wear: Type.Optional(
      Type.Number({ description: 'The largest share of life used of its components; 1 is end of life' }),
    ),
    wearComponentId: Type.Optional(Type.String()),
    endOfLife: EndOfLife,
    endOfLifeComponentId: Type.Optional(Type.String()),
    openTickets: Type.Integer({ minimum: 0, description: 'Neither closed nor cancelled' }),
    worstTicket: Type.Optional(oneOf(SEVERITIES, { description: 'The worst severity of the open tickets' })),
  },
  { $id: 'FleetRow', description: 'An asset at a glance' },
);

export function presentFleetRow(row: FleetRow): Static<typeof FleetRowSchema> {
  const { wear, endOfLife, lastReceivedAt, ...rest } = row;
  return {
    ...rest,
    ...(wear !== undefined && { wear: tidy(wear) }),
    lastReceivedAt: formatIfAny(lastReceivedAt),
    endOfLife: formatIfAny(endOfLife === undefined ? undefined : toMinute(endOfLife)),
  };
}

const COUNTS = {
  assets: Type.Integer(),
  health: Type.Object(Object.fromEntries(HEALTHS.map((health) => [health, Type.Integer()])) as HealthCounts, {
    description: 'Assets by health',
  }),
  openTickets: Type.Integer(),
  inMaintenance: Type.Integer(),
  silent: Type.Integer(),
  endOfLife: EndOfLife,
};
type HealthCounts = Record<(typeof HEALTHS)[number], ReturnType<typeof Type.Integer>>;

export const FleetCountsSchema = Type.Object(COUNTS, {
  $id: 'FleetCounts',
  description: 'How a part of the fleet fares',
});

export const FleetSummarySchema = Type.Object(
  {
    total: ref(FleetCountsSchema),
    by: Type.Optional(oneOf(FLEET_GROUPINGS)),
    groups: Type.Array(
      Type.Object({
        id: Type.Optional(
          Type.String({ description: 'Of the site, model or customer; absent: those without a customer' }),
        ),
        ...COUNTS,
      }),
      { description: 'By id; none unless `by` is given' },
    ),
  },
  { $id: 'FleetSummary', description: 'Counts of the assets that fit' },
);

export function presentCounts<T extends FleetCounts | FleetGroup>(counts: T) {
  const { endOfLife, health, ...rest } = counts;
  return {
    ...rest,
    health: { ...health },
    endOfLife: formatIfAny(endOfLife === undefined ? undefined : toMinute(endOfLife)),
  };
}
