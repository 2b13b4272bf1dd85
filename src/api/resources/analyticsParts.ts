import { type Static, Type } from 'typebox';
import { DAY } from '../../domain/time.ts';
import type { PartDemand } from '../../ports/analytics.ts';
import { tidy } from '../numbers.ts';
import { formatIfAny } from '../times.ts';
import { LocalTextSchema, presentText, Time } from './common.ts';

const DemandSchema = Type.Object({
  partNumber: Type.String(),
  name: Type.Optional(LocalTextSchema),
  leadTimeSeconds: Type.Number(),
  horizons: Type.Array(
    Type.Object({
      days: Type.Integer(),
      expected: Type.Number(),
      p10: Type.Integer(),
      p50: Type.Integer(),
      p90: Type.Integer(),
      ticketed: Type.Integer({ description: 'Of the expected, those that tickets ask for' }),
    }),
  ),
  components: Type.Integer(),
  withForecast: Type.Integer(),
  unknown: Type.Integer({ description: 'With neither forecast nor ticket: counted as 0' }),
  oldestForecast: Type.Optional(Time),
});

export const PartsDemandSchema = Type.Object(
  { at: Time, items: Type.Array(DemandSchema) },
  { description: 'Demand by part number' },
);

export function presentDemand(demand: PartDemand): Static<typeof DemandSchema> {
  const { partNumber, name, leadTime, needs, components, withForecast, unknown, oldestForecast } = demand;
  return {
    partNumber,
    ...(name && { name: presentText(name) }),
    leadTimeSeconds: leadTime / 1000,
    horizons: needs.map(({ within, expected, ...need }) => ({ days: within / DAY, expected: tidy(expected), ...need })),
    components,
    withForecast,
    unknown,
    oldestForecast: formatIfAny(oldestForecast),
  };
}
