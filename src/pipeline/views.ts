import { WHOLE_ASSET } from '../domain/ids.ts';
import { SEVERITIES } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import type { AssetView, ComponentView, Health, RuleStatus } from '../domain/view.ts';
import type { StateToSave } from '../ports/database.ts';
import { componentForecast } from '../prognostics/combinedForecast.ts';
import type { CompiledRule, RuleView } from '../rules/rule.ts';
import { serializeState } from '../rules/state.ts';
import { configuredMode } from './raising.ts';
import type { Tracked } from './tracked.ts';

const HEALTH_OF_LEVEL: readonly Health[] = ['good', 'watch', 'warning', 'critical'];

/** An asset with the state that is to be seen or saved. */
export type WithState = Pick<Tracked, 'asset' | 'compiled' | 'state'>;

interface Judged {
  readonly rule: CompiledRule;
  readonly view: RuleView;
}

/** What is known of an asset at its newest event time. Components in the order of the model, the whole asset last. */
export function viewAsset(tracked: WithState): AssetView {
  const { state, compiled, asset } = tracked;
  const heard = state.time !== Number.NEGATIVE_INFINITY;
  const judged = compiled.rules.map((rule, at): Judged => {
    return { rule, view: rule.view?.(state.rules[at], heard ? state.time : 0) ?? { level: 0 } };
  });
  const ids = [...compiled.model.components.map(({ id }) => id), WHOLE_ASSET];
  const components = ids
    .map((id) =>
      viewComponent(
        id,
        judged.filter(({ rule }) => rule.definition.componentId === id),
        asset.siteId,
        heard ? state.time : undefined,
      ),
    )
    .filter(({ componentId, rules }) => componentId !== WHOLE_ASSET || rules.length > 0);
  return {
    health: heard ? worst(judged) : 'unknown',
    ...(heard && { stateTime: state.time }),
    ...(Number.isFinite(state.receivedAt) && { lastReceivedAt: state.receivedAt }),
    values: latestValues(tracked),
    components,
    inMaintenance: state.maintenance !== null && state.maintenance.until > state.time,
  };
}

/** The state as it is now, with what people see of it, for the database. */
export function stateToSave(tracked: WithState): StateToSave {
  const { asset, compiled, state } = tracked;
  return { assetId: asset.id, time: state.time, state: serializeState(state, compiled), view: viewAsset(tracked) };
}

/** @param now newest event time, absent while nothing was heard */
function viewComponent(
  componentId: string,
  judged: readonly Judged[],
  siteId: string,
  now: Timestamp | undefined,
): ComponentView {
  const lives = judged.map(({ view }) => view).filter((view) => view.wear !== undefined);
  const furthest = lives.reduce<RuleView | undefined>(
    (most, view) => (most === undefined || (view.wear ?? -1) > (most.wear ?? -1) ? view : most),
    undefined,
  );
  const forecasts = judged.flatMap(({ rule, view: { forecast } }) =>
    forecast ? [{ failureModeId: rule.definition.failureModeId, forecast }] : [],
  );
  const forecast = componentForecast(forecasts, now ?? 0);
  return {
    componentId,
    health: now === undefined ? 'unknown' : worst(judged),
    ...(furthest && { wear: furthest.wear, used: furthest.used, life: furthest.life, unit: furthest.unit }),
    ...(forecast && { forecast }),
    rules: judged.map(({ rule, view }): RuleStatus => {
      const { id, kind } = rule.definition;
      const mode = configuredMode(rule.definition, siteId);
      return { ruleId: id, kind, mode, ...(view.level > 0 && { severity: SEVERITIES[view.level - 1]! }) };
    }),
  };
}

function worst(judged: readonly Judged[]): Health {
  return HEALTH_OF_LEVEL[Math.max(0, ...judged.map(({ view }) => view.level))]!;
}

function latestValues({ compiled, state }: WithState): Record<string, { time: Timestamp; value: number }> {
  const values: Record<string, { time: Timestamp; value: number }> = {};
  compiled.model.metrics.forEach((metric, at) => {
    const value = state.values[at]!;
    if (!Number.isNaN(value)) values[metric.id] = { time: state.times[at]!, value };
  });
  return values;
}
