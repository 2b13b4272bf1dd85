import type {
  AssetFigures,
  BacktestFigures,
  BacktestTicket,
  BacktestVerdict,
  JudgedFailure,
  RecordedFailure,
  RuleChange,
  RuleReport,
  SideReport,
  Spell,
} from '../domain/backtest.ts';
import { INSTALLATION_UNKNOWN, type RuleDefinition } from '../domain/model.ts';
import { HOUR, type Timestamp } from '../domain/time.ts';
import { configuredMode } from '../pipeline/raising.ts';
import type { CompiledModel } from '../rules/model.ts';
import type { Side, TriedModel } from './backtest.ts';
import type { CountedFaults } from './countedFaults.ts';
import { figuresOf } from './figures.ts';
import { concerns, type Judged, judge, type Place, type PlacedSpells, type Truth } from './judge.ts';
import type { TimedAsset } from './report.ts';
import type { BookedTicket } from './ticketBook.ts';

/** Keeps a report at some megabytes. */
const TICKETS_LISTED = 2000;

interface TicketPlace extends Place {
  readonly booked: BookedTicket;
}

/** What one set of rules would have done, of the assets that it applies to. */
export function sideReport(
  side: Side,
  assets: readonly TimedAsset[],
  models: ReadonlyMap<string, TriedModel>,
  truth: Truth,
  faults: CountedFaults,
): SideReport {
  const placed = assets.flatMap((one) => (one[side]?.tickets ?? []).map(placeOfTicket));
  const judged = judge<TicketPlace>(placed, truth);
  const tickets = listed(judged, truth);
  const opened = tickets.filter(({ openedAt }) => isIn(openedAt, truth));
  return {
    figures: summary(judged, truth, opened, assets, () => true),
    rules: [...models].flatMap(([modelId, model]) =>
      (model[side]?.model.rules ?? []).map((rule) => {
        const own = assets.filter(({ asset }) => asset.modelId === modelId);
        const other = model[side === 'today' ? 'candidate' : 'today'];
        const by = tickets.filter(
          ({ assetId, ruleId }) => ruleId === rule.id && own.some(({ asset }) => asset.id === assetId),
        );
        return ruleReport(rule, side, own, by, truth, {
          modelId,
          change: changeOf(rule, side, other),
          faults: faults.count(modelId, rule.id),
        });
      }),
    ),
    assets: byAsset(judged, truth, opened, assets, () => true),
    failures: failuresOf(judged, truth),
    tickets: tickets.slice(0, TICKETS_LISTED),
    ticketsLeftOut: Math.max(0, tickets.length - TICKETS_LISTED),
  };
}

function ruleReport(
  rule: RuleDefinition,
  side: Side,
  assets: readonly TimedAsset[],
  tickets: readonly BacktestTicket[],
  truth: Truth,
  known: Pick<RuleReport, 'modelId' | 'change' | 'faults'>,
): RuleReport {
  const { componentId, failureModeId } = rule;
  const placed = assets.map((one): PlacedSpells => {
    const spells: readonly Spell[] = one[side]?.rules.get(rule.id) ?? [];
    return { place: { assetId: one.asset.id, componentId, failureModeId }, spells };
  });
  const judged = judge(placed, truth);
  const isOurs = (failure: RecordedFailure) => placed.some(({ place }) => concerns(failure, place));
  const opened = tickets.filter(({ openedAt }) => isIn(openedAt, truth));
  const tripsAt = tripOf(rule, tickets);
  return {
    ...known,
    ruleId: rule.id,
    kind: rule.kind,
    componentId,
    failureModeId,
    version: rule.version,
    observes: assets.every(({ asset }) => configuredMode(rule, asset.siteId) === 'observe'),
    figures: summary(judged, truth, opened, assets, isOurs),
    assets: byAsset(judged, truth, opened, assets, isOurs),
    ...(tripsAt !== undefined && { tripsAt }),
  };
}

function summary(
  { warnings, failures }: Judged,
  truth: Truth,
  opened: readonly BacktestTicket[],
  assets: readonly TimedAsset[],
  isOurs: (failure: RecordedFailure) => boolean,
): BacktestFigures {
  return figuresOf({
    tickets: opened.length,
    verdicts: warnings.flatMap((one) => one.warnings.map(({ verdict }) => verdict)),
    failures: failures.filter((_, at) => isOurs(truth.failures![at]!)),
    assetYears: assets.reduce((sum, { years }) => sum + years, 0),
    judged: truth.failures !== undefined,
  });
}

/** Assets of which there is something to say. */
function byAsset(
  judged: Judged,
  truth: Truth,
  opened: readonly BacktestTicket[],
  assets: readonly TimedAsset[],
  isOurs: (failure: RecordedFailure) => boolean,
): AssetFigures[] {
  return assets.flatMap((one) => {
    const { id } = one.asset;
    const own = { ...judged, warnings: judged.warnings.filter(({ place }) => place.assetId === id) };
    const isHere = (failure: RecordedFailure) => failure.assetId === id && isOurs(failure);
    const figures = summary(
      own,
      truth,
      opened.filter(({ assetId }) => assetId === id),
      [one],
      isHere,
    );
    const { warnings, hits, misses } = figures;
    return warnings + hits + misses + figures.tickets > 0 ? [{ assetId: id, ...figures }] : [];
  });
}

function failuresOf({ failures }: Judged, truth: Truth): JudgedFailure[] {
  return (truth.failures ?? []).map((failure, at) => {
    const warning = failures[at];
    return { ...failure, ...(warning !== undefined && { warning }) };
  });
}

/** A request for data warns of nothing: it is neither right nor wrong. */
function placeOfTicket(booked: BookedTicket): PlacedSpells<TicketPlace> {
  const { assetId, componentId, failureModeId } = booked.ticket;
  const isRequest = failureModeId === INSTALLATION_UNKNOWN.id;
  return { place: { assetId, componentId, failureModeId, booked }, spells: isRequest ? [] : booked.spells };
}

/** Those that opened within the range, or opened again, by opening. */
function listed({ warnings }: Judged<TicketPlace>, truth: Truth): BacktestTicket[] {
  return warnings
    .filter((one) => one.warnings.length > 0 || isIn(one.place.booked.openedAt, truth))
    .map(({ place: { booked }, warnings: judged }): BacktestTicket => {
      const { ticket, openedAt, mode, severity, spells } = booked;
      const { assetId, componentId, failureModeId, ruleId = '', title } = ticket;
      const verdict = verdictOf(judged.map((one) => one.verdict));
      return { assetId, componentId, failureModeId, ruleId, severity, mode, title, openedAt, spells, verdict };
    })
    .sort((a, b) => a.openedAt - b.openedAt);
}

function verdictOf(verdicts: readonly BacktestVerdict[]): BacktestVerdict {
  if (verdicts.includes('hit')) return 'hit';
  return verdicts.includes('false') ? 'false' : 'unverifiable';
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
  const times = tickets.map(({ openedAt }) => openedAt);
  const at = times.findIndex((time, index) => {
    const before = times[index - rule.maxTicketsPerHour];
    return before !== undefined && before >= time - HOUR;
  });
  return at !== -1 && tickets[at]!.mode === 'live' ? times[at] : undefined;
}

function isIn(time: Timestamp, { from, to }: Truth): boolean {
  return time >= from && time < to;
}
