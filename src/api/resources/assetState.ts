import { type Static, Type } from 'typebox';
import type { Connectivity } from '../../domain/connectivity.ts';
import { RULE_MODES, SEVERITIES } from '../../domain/model.ts';
import { SECOND } from '../../domain/time.ts';
import { tidy } from '../numbers.ts';
import { type AssetView, type ComponentView, HEALTHS } from '../services.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { AssetSchema } from './asset.ts';
import { oneOf, ref, Time } from './common.ts';
import { ConnectivitySchema, presentConnectivity } from './connectivity.ts';
import { ForecastSchema, forecastIfAny } from './finding.ts';

const HealthSchema = oneOf(HEALTHS, {
  description: 'Worst rule of its components; `unknown`: nothing heard yet',
});

const ComponentSchema = Type.Object({
  componentId: Type.String({ description: '`asset` for the asset as a whole' }),
  health: HealthSchema,
  wear: Type.Optional(
    Type.Unsafe<number | null>({
      type: ['number', 'null'],
      description: 'Share of life used, 1 is end of life; null is unknown; absent where no rule knows a life',
    }),
  ),
  used: Type.Optional(Type.Number()),
  life: Type.Optional(Type.Number()),
  unit: Type.Optional(Type.String({ description: 'Of `used` and `life`' })),
  forecast: Type.Optional(ForecastSchema),
  rules: Type.Array(
    Type.Object({
      ruleId: Type.String(),
      kind: Type.String(),
      mode: oneOf(RULE_MODES),
      severity: Type.Optional(oneOf(SEVERITIES, { description: 'Absent when clear' })),
    }),
  ),
});

export const AssetStateSchema = Type.Object(
  {
    health: HealthSchema,
    stateTime: Type.Optional(Time),
    lastReceivedAt: Type.Optional(Time),
    clockErrorSeconds: Type.Optional(
      Type.Number({
        description:
          'How far its clock is ahead, negative when behind, as its messages show; absent while the node that answers does not know, as for two minutes after the first message',
      }),
    ),
    values: Type.Record(Type.String(), Type.Object({ time: Time, value: Type.Number() }), {
      description: 'Latest value by metric id',
    }),
    components: Type.Array(ComponentSchema),
    inMaintenance: Type.Boolean(),
    connectivity: Type.Optional(ref(ConnectivitySchema)),
  },
  { $id: 'AssetState', description: 'What is known of an asset at this moment' },
);

/** An asset in a list. */
export const AssetItemSchema = Type.Object(
  { ...AssetSchema.properties, health: HealthSchema, inMaintenance: Type.Boolean() },
  { $id: 'AssetItem', description: 'An equipment unit and how it fares' },
);

/** An asset by itself. */
export const AssetDetailSchema = Type.Object(
  {
    ...AssetSchema.properties,
    state: Type.Optional(ref(AssetStateSchema)),
  },
  { $id: 'AssetDetail', description: 'An equipment unit with wear and forecasts of its components' },
);

export function presentState(
  { clockError, ...view }: AssetView,
  connectivity: Connectivity | undefined,
): Static<typeof AssetStateSchema> {
  return {
    ...view,
    ...(connectivity && { connectivity: presentConnectivity(connectivity) }),
    ...(clockError !== undefined && { clockErrorSeconds: clockError / SECOND }),
    stateTime: formatIfAny(view.stateTime),
    lastReceivedAt: formatIfAny(view.lastReceivedAt),
    values: Object.fromEntries(
      Object.entries(view.values).map(([metric, { time, value }]) => [metric, { time: formatTime(time), value }]),
    ),
    components: view.components.map(presentComponent),
  };
}

function presentComponent(component: ComponentView): Static<typeof ComponentSchema> {
  const { wear, used } = component;
  return {
    ...component,
    ...(typeof wear === 'number' && { wear: tidy(wear) }),
    ...(used !== undefined && { used: tidy(used) }),
    forecast: forecastIfAny(component.forecast),
    rules: component.rules.map((rule) => ({ ...rule })),
  };
}
