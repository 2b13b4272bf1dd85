import type { Ticket } from '../../api/types.ts';

export interface Due {
  /** What is due then. */
  readonly what: 'respond' | 'solve' | 'doBy';
  readonly at: string;
  readonly late: boolean;
}

/** The next deadline of a ticket that is to be done: to be answered, to be solved, or by the forecast. */
export function dueOf(ticket: Ticket, now: number): Due | undefined {
  if (['closed', 'cancelled', 'resolved', 'awaiting-outcome'].includes(ticket.status)) return undefined;
  const respond = ticket.acknowledgedAt === undefined ? ticket.respondBy : undefined;
  const candidates = [
    ['respond', respond],
    ['solve', ticket.solveBy],
    ['doBy', ticket.doBy],
  ] as const;
  const [next] = candidates.filter(([, at]) => at !== undefined).sort(([, a], [, b]) => (a! < b! ? -1 : 1));
  if (!next) return undefined;
  const [what, at] = next;
  return { what, at: at!, late: Date.parse(at!) < now };
}
