import { readToolWear, type ToolChange, type ToolWear } from '../../../simulators/datasets/toolWear.ts';
import type { Evaluation } from '../evaluation.ts';
import { holds, type Measure, numberGoal, shareGoal, shareOf, short } from '../measure.ts';
import { onePath } from '../paths.ts';
import type { Run, TicketRecord } from '../run.ts';

/** Minutes of a tool's rated life, and the share of it at which the ticket is due. */
const LIFE = 200;
const DUE = 0.9;

export const toolWear: Evaluation = {
  id: 'tool-wear',
  title: 'AI4I 2020 milling, tool changes',
  model: 'milling-machine',
  folder: 'tool_wear',
  looks: 'never',
  protocol:
    'One row is one job of a machine, ten minutes apart. A tool has a rated life of 200 minutes of cutting, and its change is a counter that goes back to 0: a ticket is due at 90 % of the life, before the change, and is closed by the reset.',
  open(paths) {
    const data = readToolWear(onePath(paths));
    return { data, measure: (run) => measureToolWear(run, data.truth) };
  },
};

interface Judged {
  readonly change: ToolChange;
  readonly ticket: TicketRecord | undefined;
  /** Minutes on the tool when the ticket opened. */
  readonly wearAtTicket: number | undefined;
  /** Jobs from the first one of the new tool until the ticket is closed. */
  readonly closed: boolean;
}

/** Each change against the ticket that was opened between the change before and it. */
export function measureToolWear(run: Run, { changes, jobs }: ToolWear['truth']): Measure {
  const due = changes.filter(({ wear }) => wear >= DUE * LIFE);
  const judged = due.map((change) => judge(change, changes, run.tickets, jobs));
  const atDue = judged.filter(({ wearAtTicket }) => wearAtTicket !== undefined && isAtDue(wearAtTicket, jobs));
  const ticketed = shareOf(atDue.length, due.length);
  const closed = shareOf(judged.filter((one) => one.closed).length, due.length);
  const expected = due.length + (isDueAtEnd(jobs) ? 1 : 0);
  const surplus = run.tickets.length - judged.filter(({ ticket }) => ticket).length - (isDueAtEnd(jobs) ? 1 : 0);
  return {
    figures: {
      jobs: jobs.length,
      changes: changes.length,
      changes_due: due.length,
      tickets: run.tickets.length,
      tickets_expected: expected,
      ticket_at_90_percent: ticketed,
      closed_by_reset: closed,
      other_tickets: Math.max(0, surplus),
    },
    goals: [
      shareGoal('ticket_at_90_percent', ticketed, '>=', 1),
      shareGoal('closed_by_reset', closed, '>=', 1),
      numberGoal('other_tickets', Math.max(0, surplus), '<=', 0),
      holds('tickets', run.tickets.length === expected, String(run.tickets.length), `${expected}, one a life`),
    ],
    lines: judged.map(({ change, wearAtTicket, closed: isClosed }, at) => {
      const ticket = wearAtTicket === undefined ? 'MISSED' : `ticket at ${short(wearAtTicket)} min`;
      return `tool ${at + 1}: changed at ${short(change.wear)} min, ${ticket}${isClosed ? ', closed by the reset' : ', NOT closed'}`;
    }),
  };
}

function judge(
  change: ToolChange,
  changes: readonly ToolChange[],
  tickets: readonly TicketRecord[],
  jobs: ToolWear['truth']['jobs'],
): Judged {
  const from = changes[changes.indexOf(change) - 1]?.firstJob ?? Number.NEGATIVE_INFINITY;
  const ticket = tickets.find(({ openedAt }) => openedAt >= from && openedAt <= change.lastJob);
  const next = changes[changes.indexOf(change) + 1]?.lastJob ?? Number.POSITIVE_INFINITY;
  const closedAt = ticket?.outcome === 'replaced-detected' ? ticket.closedAt : undefined;
  return {
    change,
    ticket,
    wearAtTicket: jobs.find(({ time }) => time === ticket?.openedAt)?.wear,
    closed: closedAt !== undefined && closedAt >= change.firstJob && closedAt < next,
  };
}

/** At the first job that is due, not later: no reading lies between 90 % and this one. */
function isAtDue(wear: number, jobs: ToolWear['truth']['jobs']): boolean {
  if (wear < DUE * LIFE) return false;
  const steps = jobs.map((job, at) => job.wear - (jobs[at - 1]?.wear ?? job.wear));
  return wear < DUE * LIFE + Math.max(...steps);
}

function isDueAtEnd(jobs: ToolWear['truth']['jobs']): boolean {
  return (jobs.at(-1)?.wear ?? 0) >= DUE * LIFE;
}
