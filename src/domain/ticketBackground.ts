import type { CodeText, LocalText } from './model.ts';
import type { FormerClosing, Outcome, Ticket, UsedPart } from './ticket.ts';
import type { Timestamp } from './time.ts';

/** What is known beside a ticket, for whoever works on it. */
export interface TicketBackground {
  readonly assetName: string;
  readonly modelName: LocalText;
  readonly serial?: string;
  /** Absent where the asset as a whole is meant. */
  readonly component?: LocalText;
  readonly failureMode: LocalText;
  /** Of what the evidence was measured by, where it has one. */
  readonly metricName?: LocalText;
  /** What its codes mean. */
  readonly codeTexts?: Readonly<Record<string, CodeText>>;
  /** What rules tell of whose meeting is the evidence, by their ids, where that says more. */
  readonly ruleTexts?: Readonly<Record<string, LocalText>>;
  /** How to stay unhurt: of the component first, then of the failure mode. */
  readonly safety: readonly LocalText[];
  /** Of the component now, where a rule knows its life. */
  readonly usage?: ComponentUsage;
  /** Closed ones of this component, the newest first. */
  readonly earlier: readonly EarlierTicket[];
  /** What helped at this failure mode of this component, at assets of the model; the best first. */
  readonly solutions: readonly Solution[];
  /** What the model says of it. */
  readonly advice: readonly LocalText[];
}

/** Where people go on from a ticket. */
export interface TicketLinks {
  readonly ticket: string;
  readonly asset: string;
  /** A picture of its evidence, where that was measured. */
  readonly chart?: string;
  /** The asset in Grafana at the time of the evidence, where there is one. */
  readonly dashboard?: string;
}

export interface ComponentUsage {
  readonly used: number;
  readonly life: number;
  readonly unit: string;
  readonly wear: number;
}

export type EarlierTicket = Pick<Ticket, 'id' | 'number' | 'failureModeId' | 'openedAt'> & {
  readonly closedAt: Timestamp;
  readonly outcome: Outcome;
  readonly note?: string;
};

/** A ticket that was closed for a failure mode, with what came after it. */
export interface PastClosing extends FormerClosing {
  readonly ticketId: string;
  /** It was found again: the ticket was reopened, or another one is a recurrence of it. */
  readonly cameBack: boolean;
}

/** What was done at a failure mode, and how often it lasted. */
export interface Solution {
  /** In the words of the newest closing that has any. */
  readonly note?: string;
  /** Stock codes of the parts that were used up, sorted. */
  readonly parts: readonly string[];
  /** Whether the component was replaced. */
  readonly replaced: boolean;
  /** How often it was done, and how often nothing came back after it. */
  readonly times: number;
  readonly helped: number;
  readonly lastAt: Timestamp;
}

/** Closings that say how something was put right. */
const PUT_RIGHT: readonly Outcome[] = ['failure-found', 'worn-as-expected', 'other-cause'];
const SHOWN = 3;

/**
 * What was done, told apart by what was replaced and the parts used up, or by the note where neither was; ordered by the
 * share that helped, held against a half as if it had been tried twice more (so one that helped nine of ten times comes before one of one).
 */
export function solutionsOf(closings: readonly PastClosing[]): Solution[] {
  const groups = new Map<string, PastClosing[]>();
  for (const past of closings) {
    const key = PUT_RIGHT.includes(past.closing.outcome) ? keyOf(past) : undefined;
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), past]);
  }
  const score = ({ times, helped }: Solution) => (helped + 1) / (times + 2);
  return [...groups.values()]
    .map(toSolution)
    .sort((a, b) => score(b) - score(a) || b.lastAt - a.lastAt)
    .slice(0, SHOWN);
}

/** Undefined where nothing says what was done. */
function keyOf({ closing: { note, parts = [], replaced } }: PastClosing): string | undefined {
  const numbers = numbersOf(parts);
  if (numbers.length > 0 || replaced) return JSON.stringify([numbers, replaced !== undefined]);
  return note?.trim() ? note.trim().toLowerCase().replaceAll(/\s+/g, ' ') : undefined;
}

function toSolution(closings: readonly PastClosing[]): Solution {
  const newestFirst = [...closings].sort((a, b) => b.closedAt - a.closedAt);
  const [newest] = newestFirst;
  const note = newestFirst.map(({ closing }) => closing.note?.trim()).find(Boolean);
  return {
    ...(note && { note }),
    parts: numbersOf(newest!.closing.parts ?? []),
    replaced: newest!.closing.replaced !== undefined,
    times: closings.length,
    helped: closings.filter(({ cameBack }) => !cameBack).length,
    lastAt: newest!.closedAt,
  };
}

function numbersOf(parts: readonly UsedPart[]): string[] {
  return [...new Set(parts.map(({ number }) => number))].sort();
}
