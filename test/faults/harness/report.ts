import type { DeadLetterCheck } from './check/deadLetters.ts';
import type { DeskCheck } from './check/desk.ts';
import type { StoredCheck } from './check/stored.ts';
import type { TicketCheck } from './check/tickets.ts';
import type { Course } from './schedule.ts';
import type { Exit } from './supervised.ts';

/** What a run came to. */
export interface Report {
  readonly course: Course;
  readonly messages: {
    /** Sent, repetitions included. */
    readonly published: number;
    readonly acknowledgements: number;
    /** Acknowledged, each counted once. */
    readonly distinct: number;
  };
  readonly stored: StoredCheck;
  readonly deadLetters: DeadLetterCheck;
  readonly tickets: TicketCheck;
  readonly desk: DeskCheck;
  /** Of Fettle's processes. */
  readonly exits: readonly Exit[];
  /** Largest resident memory of a Fettle, in bytes. */
  readonly peakMemory: number;
  /** How often the ledgers were looked at. */
  readonly ledgerLooks: number;
  /** What else went wrong, in words. */
  readonly problems: readonly string[];
}

const SHOWN = 5;
/** Fettle could not start, for a server was away: its supervisor starts it again. */
const NOT_STARTED = 1;

/** Everything that must not be, in words; empty when the promise was kept. */
export function failuresOf(report: Report): string[] {
  const { stored, deadLetters, tickets, desk, problems, exits } = report;
  const ended = exits.filter(({ asked, code }) => !asked && code !== NOT_STARTED);
  const lists: readonly (readonly [string, readonly (string | number)[]])[] = [
    ['samples lost', stored.lost],
    ['samples stored twice', stored.twice],
    ['samples that nobody sent', stored.unknown],
    ['dead letters lost', deadLetters.lost],
    ['dead letters of good messages', deadLetters.unexpected],
    ['tickets missing', tickets.missing],
    ['tickets that differ', tickets.differing],
    ['tickets too many', tickets.unexpected],
    ['tickets duplicated', tickets.duplicated],
    ['tickets missing at the desk', desk.missing],
    ['tickets created twice at the desk', desk.twice],
    ['tickets of which the desk has another status', desk.outdated],
    ['processes that ended by themselves', ended.map(({ code, signal }) => `exit ${code ?? signal}`)],
    ['things that were not there to compare', absences(report)],
    ['other problems', problems],
  ];
  return lists
    .filter(([, items]) => items.length > 0)
    .map(([what, items]) => {
      const more = items.length > SHOWN ? `\n    and ${items.length - SHOWN} more` : '';
      return `${items.length} ${what}:\n    ${items.slice(0, SHOWN).join('\n    ')}${more}`;
    });
}

/** A run that compared nothing proves nothing. */
function absences({ course, stored, deadLetters, tickets, desk, ledgerLooks }: Report): string[] {
  const counts = {
    faults: course.injected.size,
    samples: stored.stored,
    'dead letters': deadLetters.expected,
    'expected tickets': tickets.expected,
    deliveries: desk.deliveries,
    'looks at the ledgers': ledgerLooks,
  };
  return Object.entries(counts)
    .filter(([, count]) => count === 0)
    .map(([what]) => what);
}
