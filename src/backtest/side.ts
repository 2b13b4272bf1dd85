import type {
  AssetFigures,
  BacktestFigures,
  BacktestTicket,
  RuleChange,
  RuleReport,
  SideReport,
} from '../domain/backtest.ts';
import type { RuleDefinition } from '../domain/model.ts';
import { HOUR, type Timestamp } from '../domain/time.ts';
import { configuredMode } from '../pipeline/raising.ts';
import type { CompiledModel } from '../rules/model.ts';
import type { Side, TriedModel } from './backtest.ts';
import type { CountedFaults } from './countedFaults.ts';
import { figuresOf } from './figures.ts';
import type { JudgedAsset, Outcome } from './judgedAsset.ts';

/** Keeps a report at some megabytes. */
const TICKETS_LISTED = 2000;

/** What one asset adds to the figures. */
interface Part extends Outcome {
  readonly of: JudgedAsset;
  readonly opened: readonly BacktestTicket[];
}

/**
 * What one set of rules would have done.
 *
 * @param judged whether failures are recorded
 */
export function sideReport(
  side: Side,
  assets: readonly JudgedAsset[],
  models: ReadonlyMap<string, TriedModel>,
  faults: CountedFaults,
  judged: boolean,
): SideReport {
  const parts = assets.map((of): Part => ({ of, ...of }));
  const tickets = assets.flatMap((one) => one.tickets).sort((a, b) => a.openedAt - b.openedAt);
  return {
    figures: summary(parts, judged),
    rules: [...models].flatMap(([modelId, model]) => {
      const own = assets.filter(({ asset }) => asset.modelId === modelId);
      const other = model[side === 'today' ? 'candidate' : 'today'];
      return (model[side]?.model.rules ?? []).map((rule) => {
        const change = changeOf(rule, side, other);
        return ruleReport(rule, own, judged, { modelId, change, faults: faults.count(modelId, rule.id) });
      });
    }),
    assets: byAsset(parts, judged),
    failures: assets.flatMap(({ failures }) => failures).sort((a, b) => a.at - b.at),
    tickets: tickets.slice(0, TICKETS_LISTED),
    ticketsLeftOut: Math.max(0, tickets.length - TICKETS_LISTED),
  };
}

function ruleReport(
  rule: RuleDefinition,
  assets: readonly JudgedAsset[],
  judged: boolean,
  known: Pick<RuleReport, 'modelId' | 'change' | 'faults'>,
): RuleReport {
  const { id, kind, componentId, failureModeId, version } = rule;
  const parts = assets.map(
    (of): Part => ({ of, ...of.rules.get(id)!, opened: of.opened.filter(({ ruleId }) => ruleId === id) }),
  );
  const tripsAt = tripOf(
    rule,
    assets.flatMap((one) => one.tickets.filter(({ ruleId }) => ruleId === id)),
  );
  return {
    ...known,
    ruleId: id,
    kind,
    componentId,
    failureModeId,
    version,
    observes: assets.every(({ asset }) => configuredMode(rule, asset.siteId) === 'observe'),
    figures: summary(parts, judged),
    assets: byAsset(parts, judged),
    ...(tripsAt !== undefined && { tripsAt }),
  };
}

function summary(parts: readonly Part[], judged: boolean): BacktestFigures {
  return figuresOf({
    tickets: parts.reduce((sum, { opened }) => sum + opened.length, 0),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
    failures: parts.flatMap(({ failures }) => failures.map(({ warning }) => warning)),
    assetYears: parts.reduce((sum, { of }) => sum + of.years, 0),
    judged,
  });
}

/** Assets of which there is something to say. */
function byAsset(parts: readonly Part[], judged: boolean): AssetFigures[] {
  return parts
    .filter(({ verdicts, failures, opened }) => verdicts.length + failures.length + opened.length > 0)
    .map((part) => ({ assetId: part.of.asset.id, ...summary([part], judged) }));
}

function changeOf(rule: RuleDefinition, side: Side, other: CompiledModel | undefined): RuleChange {
  const there = other?.ruleById.get(rule.id);
  if (!there) return side === 'today' ? 'dropped' : 'new';
  const says = ({ version, mode, componentId, failureModeId }: RuleDefinition) =>
    JSON.stringify([version, mode, componentId, failureModeId]);
  return says(rule) === says(there) ? 'same' : 'changed';
}

/** The cap counts over all assets of the model, as the live one does. */
function tripOf(rule: RuleDefinition, tickets: readonly BacktestTicket[]): Timestamp | undefined {
  const byTime = [...tickets].sort((a, b) => a.openedAt - b.openedAt);
  const at = byTime.findIndex(({ openedAt }, index) => {
    const before = byTime[index - rule.maxTicketsPerHour];
    return before !== undefined && before.openedAt >= openedAt - HOUR;
  });
  const trip = byTime[at];
  return trip?.mode === 'live' ? trip.openedAt : undefined;
}
