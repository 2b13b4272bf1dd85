import type { Run, TicketRecord } from './run.ts';

/** Tickets that one of two runs has and the other has not, in words; empty when both came to the same. */
export function differences(run: Run, other: Run): string[] {
  const [ours, theirs] = [run.tickets.map(describe), other.tickets.map(describe)];
  return [
    ...without(ours, theirs).map((ticket) => `only in order of time: ${ticket}`),
    ...without(theirs, ours).map((ticket) => `only when disturbed: ${ticket}`),
  ];
}

function without(tickets: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return tickets.filter((ticket) => {
    const at = left.indexOf(ticket);
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
}

function describe({ asset, component, failureMode, rule, severity, status, outcome, ...times }: TicketRecord): string {
  const { openedAt, reopenedAt, clearedAt, closedAt } = times;
  const parts = [
    `${asset} ${component} ${failureMode} (${rule}) ${severity}`,
    `opened ${stamp(openedAt)}`,
    ...reopenedAt.map((time) => `again ${stamp(time)}`),
    ...clearedAt.map((time) => `cleared ${stamp(time)}`),
    ...(closedAt === undefined ? [] : [`closed ${stamp(closedAt)}`]),
    `${status}${outcome ? `, ${outcome}` : ''}`,
  ];
  return parts.join(', ');
}

function stamp(time: number): string {
  return new Date(time).toISOString();
}
