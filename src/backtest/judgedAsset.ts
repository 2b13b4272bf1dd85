import type { Asset } from '../domain/asset.ts';
import type { BacktestTicket, BacktestVerdict, JudgedFailure } from '../domain/backtest.ts';
import { type AssetModel, INSTALLATION_UNKNOWN } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Tried } from './assetTrial.ts';
import { concerns, type Judged, judge, type Place, type PlacedSpells, type Truth } from './judge.ts';
import type { BookedTicket } from './ticketBook.ts';

/** Warnings and the failures that they were held against. */
export interface Outcome {
  readonly verdicts: readonly BacktestVerdict[];
  /** By time. */
  readonly failures: readonly JudgedFailure[];
}

/** What one set of rules came to on one asset. */
export interface JudgedAsset extends Outcome {
  readonly asset: Asset;
  /** For how long it was heard within the range. */
  readonly years: number;
  /** Those that opened within the range, or opened again, by opening. */
  readonly tickets: readonly BacktestTicket[];
  /** Of these, those that opened within it. */
  readonly opened: readonly BacktestTicket[];
  /** By rule id: the times in which it held, and the failures that it is there for. */
  readonly rules: ReadonlyMap<string, Outcome>;
}

interface TicketPlace extends Place {
  readonly booked: BookedTicket;
}

/** Holds the tickets and rules of one asset against what happened to it. */
export function judgeAsset(
  { asset, years }: Pick<JudgedAsset, 'asset' | 'years'>,
  tried: Tried | undefined,
  model: AssetModel | undefined,
  truth: Truth,
): JudgedAsset {
  const judged = judge<TicketPlace>((tried?.tickets ?? []).map(placeOfTicket), truth);
  const tickets = ticketsOf(judged, truth);
  const rules = (model?.rules ?? []).map(({ id, componentId, failureModeId }): [string, Outcome] => {
    const place = { assetId: asset.id, componentId, failureModeId };
    const own = truth.failures?.filter((failure) => concerns(failure, place));
    const spells = tried?.rules.get(id) ?? [];
    return [id, outcomeOf(judge([{ place, spells }], { ...truth, failures: own }), own)];
  });
  return {
    asset,
    years,
    ...outcomeOf(judged, truth.failures),
    tickets,
    opened: tickets.filter(({ openedAt }) => isIn(openedAt, truth)),
    rules: new Map(rules),
  };
}

function outcomeOf({ warnings, failures }: Judged, recorded: Truth['failures']): Outcome {
  return {
    verdicts: warnings.flatMap((one) => one.warnings.map(({ verdict }) => verdict)),
    failures: (recorded ?? []).map((failure, at) => {
      const warning = failures[at];
      return { ...failure, ...(warning !== undefined && { warning }) };
    }),
  };
}

/** A request for data warns of nothing: it is neither right nor wrong. */
function placeOfTicket(booked: BookedTicket): PlacedSpells<TicketPlace> {
  const { assetId, componentId, failureModeId } = booked.ticket;
  const isRequest = failureModeId === INSTALLATION_UNKNOWN.id;
  return { place: { assetId, componentId, failureModeId, booked }, spells: isRequest ? [] : booked.spells };
}

function ticketsOf({ warnings }: Judged<TicketPlace>, truth: Truth): BacktestTicket[] {
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

function isIn(time: Timestamp, { from, to }: Truth): boolean {
  return time >= from && time < to;
}
