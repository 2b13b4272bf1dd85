import { medianSorted } from 'simple-statistics';
import type { BacktestTicket, SideReport } from '../domain/backtest.ts';
import type { LimitFigures, WarningLost } from '../domain/suggestion.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Place } from './judge.ts';

/** A prediction that came to something, and from when to when its ticket stood, in event time. */
export interface KnownPrediction {
  readonly place: Place;
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** Of a hit by a failure: the latest opening that would still be one, the lead time of the part before it. */
  readonly by?: Timestamp;
  /** A failure came, or was coming; else it was false, or too early to be of use. */
  readonly isWorth: boolean;
}

/** A failure that no ticket foretold. */
export interface KnownMiss {
  readonly place: Place;
  readonly at: Timestamp;
}

export interface Known {
  readonly predictions: readonly KnownPrediction[];
  readonly missed: readonly KnownMiss[];
}

export function countOf({ predictions, missed }: Known): number {
  return predictions.length + missed.length;
}

/** What of the known shows again under today's rules: history that is gone, or other limits of then, tell nothing. */
export function shownBy(side: SideReport, { predictions, missed }: Known): Known {
  return {
    predictions: predictions.filter((one) => openingFor(side, one) !== undefined),
    missed: missed.filter((one) => !isForetold(side, one)),
  };
}

/** What the rule did for what is known. */
export function figuresOf(side: SideReport, ruleId: string, known: Known): LimitFigures {
  const { predictions, missed } = known;
  const raised = predictions.filter((one) => openingFor(side, one) !== undefined);
  const kept = raised.filter(({ isWorth }) => isWorth).length;
  const hits = kept + missed.filter((one) => isForetold(side, one)).length;
  const isKnown = (ticket: BacktestTicket) =>
    predictions.some((one) => spellsFor(ticket, one).length > 0) || missed.some((one) => foretells(ticket, one));
  return {
    hits,
    misses: predictions.filter(({ isWorth }) => isWorth).length + missed.length - hits,
    falses: raised.length - kept,
    unverifiable: side.tickets.filter((ticket) => ticket.ruleId === ruleId && !isKnown(ticket)).length,
  };
}

/** Over the faults that have a ticket in time on both sides; undefined where there are none. */
export function warningLost(today: SideReport, other: SideReport, { predictions }: Known): WarningLost | undefined {
  const lost = predictions.flatMap((one) => {
    const [was, is] = [openingFor(today, one), openingFor(other, one)];
    return one.isWorth && was !== undefined && is !== undefined ? [is - was] : [];
  });
  if (lost.length === 0) return undefined;
  lost.sort((a, b) => a - b);
  return { median: medianSorted(lost), most: lost.at(-1)! };
}

/** When the first ticket opens that stood while the known one did, early enough to be of use. */
function openingFor({ tickets }: SideReport, one: KnownPrediction): Timestamp | undefined {
  const openings = tickets.flatMap((ticket) => spellsFor(ticket, one).map(({ from }) => from));
  const first = Math.min(...openings);
  return first <= (one.by ?? one.to) ? first : undefined;
}

function spellsFor(ticket: BacktestTicket, { place, from, to }: KnownPrediction) {
  return isAt(ticket, place) ? ticket.spells.filter((spell) => spell.from <= to && spell.to >= from) : [];
}

function isForetold({ tickets }: SideReport, miss: KnownMiss): boolean {
  return tickets.some((ticket) => foretells(ticket, miss));
}

/** It stood when the failure came. */
function foretells(ticket: BacktestTicket, { place, at }: KnownMiss): boolean {
  return isAt(ticket, place) && ticket.spells.some((spell) => spell.from < at && spell.to >= at);
}

function isAt(ticket: BacktestTicket, { assetId, componentId, failureModeId }: Place): boolean {
  return ticket.assetId === assetId && ticket.componentId === componentId && ticket.failureModeId === failureModeId;
}
