import type { BacktestDocument, FiguresDocument, RuleDocument, SideDocument } from '../api/resources/backtestReport.ts';
import { formatDuration, SECOND } from '../domain/time.ts';
import { short } from '../evaluation/measure.ts';
import { aligned } from '../evaluation/report.ts';

/** Beyond this a terminal helps nobody; the JSON and the page have them all. */
const TICKETS_SHOWN = 40;

/** For a terminal: what was folded, both sides beside each other, rule by rule, failure by failure, and the tickets. */
export function backtestTable(report: BacktestDocument): string {
  const { today, candidate } = report;
  return `${[
    ...headLines(report),
    '',
    ...aligned([['', 'today', 'candidate'], ...figureRows(today.figures, candidate.figures)]),
    '',
    ...aligned([RULE_HEAD, ...pairRules(report).map(ruleRow)]),
    ...section('failures', failureTable(today, candidate)),
    ...section(`tickets of the candidate${shownOf(candidate)}`, ticketRows(candidate)),
  ].join('\n')}\n`;
}

/** What was tried, on what, and what was left out. */
export function headLines({ from, to, models, history, failures, withinSeconds }: BacktestDocument): string[] {
  const { assets, assetYears, samples, resolution, firstSample, lastSample, rawFrom } = history;
  const heard = firstSample === undefined ? '' : `, heard from ${firstSample} to ${lastSample}`;
  return [
    `models ${models.map(({ id, today, candidate }) => `${id} (${today ?? 'new'} → ${candidate})`).join(', ')}`,
    `range ${from ?? 'from the beginning'} to ${to}`,
    `history: ${samples} ${resolution} samples of ${assets} assets, ${short(assetYears)} asset-years${heard}`,
    ...(rawFrom === undefined
      ? []
      : [`samples from before ${rawFrom} may be gone: what was before is left out, and rules learn from there on`]),
    failures
      ? `failures: ${failures.given} ${failures.areRecords ? 'recorded' : 'given'}, ${failures.judged} judged, ${failures.leftOut} left out (of other assets, outside of the range or of what was heard)`
      : 'failures: none given or recorded, so no ticket is judged',
    `breaks of a ticket up to ${span(withinSeconds)} are none`,
  ];
}

export const FIGURE_NAMES = [
  'tickets',
  'warnings',
  'failures hit',
  'failures missed',
  'false warnings',
  'false per asset-year',
  'unverifiable',
  'warning time, median',
  'warning time, shortest',
] as const;

/** The figures of one side, in the order of {@link FIGURE_NAMES}. */
export function figureWords(figures: FiguresDocument): string[] {
  const { tickets, warnings, hits, misses, falses, falsePerAssetYear, unverifiable, warningSeconds } = figures;
  return [
    ...[tickets, warnings, hits, misses, falses].map(String),
    falsePerAssetYear === undefined ? '-' : short(falsePerAssetYear),
    String(unverifiable),
    span(warningSeconds?.median),
    span(warningSeconds?.min),
  ];
}

function figureRows(today: FiguresDocument, candidate: FiguresDocument): string[][] {
  const [left, right] = [figureWords(today), figureWords(candidate)];
  return FIGURE_NAMES.map((name, at) => [name, left[at]!, right[at]!]);
}

/** A rule on both sides; absent where that side does not have it. */
export interface RulePair {
  readonly name: string;
  readonly today: RuleDocument | undefined;
  readonly candidate: RuleDocument | undefined;
}

/** Every rule that either side has: those of the candidate in their order, then those dropped. */
export function pairRules({ today, candidate }: BacktestDocument): RulePair[] {
  const key = ({ modelId, ruleId }: RuleDocument) => `${modelId}/${ruleId}`;
  const names = [...new Set([...candidate.rules, ...today.rules].map(key))];
  return names.map((name) => ({
    name,
    today: today.rules.find((rule) => key(rule) === name),
    candidate: candidate.rules.find((rule) => key(rule) === name),
  }));
}

const RULE_HEAD = ['rule', '', 'tickets', 'hit', 'missed', 'false', 'false/asset-year', 'unverifiable', 'warning time'];

function ruleRow({ name, today, candidate }: RulePair): string[] {
  const both = (word: (figures: FiguresDocument) => string): string => {
    const words = [today, candidate].map((rule) => (rule ? word(rule.figures) : '-'));
    return words[0] === words[1] ? words[0]! : words.join(' → ');
  };
  return [
    name,
    ruleNote(candidate ?? today!),
    both(({ tickets }) => String(tickets)),
    both(({ hits }) => String(hits)),
    both(({ misses }) => String(misses)),
    both(({ falses }) => String(falses)),
    both(({ falsePerAssetYear }) => (falsePerAssetYear === undefined ? '-' : short(falsePerAssetYear))),
    both(({ unverifiable }) => String(unverifiable)),
    both(({ warningSeconds }) => span(warningSeconds?.median)),
  ];
}

/** What else is to be known of a rule. */
export function ruleNote({ change, observes, tripsAt, faults }: RuleDocument): string {
  return [
    change,
    ...(observes ? ['only observes'] : []),
    ...(tripsAt === undefined ? [] : [`trips its cap ${tripsAt}`]),
    ...(faults > 0 ? [`FAILED ${faults} times`] : []),
  ].join(', ');
}

/** Failure by failure: when and where, and how both sides warned of it. */
export function failureRows(today: SideDocument, candidate: SideDocument): string[][] {
  return candidate.failures.map(({ at, assetId, componentId, failureModeId, warningSeconds }, index) => [
    at,
    assetId,
    componentId,
    failureModeId ?? 'any',
    warned(today.failures[index]?.warningSeconds),
    warned(warningSeconds),
  ]);
}

function failureTable(today: SideDocument, candidate: SideDocument): string[][] {
  const rows = failureRows(today, candidate);
  if (rows.length === 0) return [];
  return [['time', 'asset', 'component', 'failure mode', 'warned, today', 'warned, candidate'], ...rows];
}

function ticketRows({ tickets }: SideDocument): string[][] {
  if (tickets.length === 0) return [];
  const rows = tickets
    .slice(0, TICKETS_SHOWN)
    .map(({ openedAt, assetId, componentId, failureModeId, ruleId, severity, spells, verdict }) => {
      const end = spells.at(-1);
      const stood = end?.end === 'standing' ? 'stands' : `${end?.end} ${end?.to}`;
      return [openedAt, assetId, componentId, failureModeId, ruleId, severity, verdict, stood];
    });
  return [['opened', 'asset', 'component', 'failure mode', 'rule', 'severity', '', ''], ...rows];
}

function shownOf({ tickets, ticketsLeftOut }: SideDocument): string {
  const all = tickets.length + ticketsLeftOut;
  return all > TICKETS_SHOWN ? ` (the first ${TICKETS_SHOWN} of ${all})` : '';
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...aligned(rows)];
}

export function warned(seconds: number | undefined): string {
  return seconds === undefined ? 'missed' : span(seconds);
}

export function span(seconds: number | undefined): string {
  return seconds === undefined ? '-' : formatDuration(seconds * SECOND);
}
