import type { TicketDetail } from '../../api/types.ts';

export const ACTS = [
  'release',
  'void',
  'acknowledge',
  'start',
  'assign',
  'schedule',
  'wait',
  'resume',
  'defer',
  'resolve',
  'close',
  'reopen',
  'comment',
  'cancel',
  'voidVersion',
] as const;
export type Act = (typeof ACTS)[number];

/** A key for what is done often; the rest has a button alone, since it ends something. */
export const ACT_KEYS: Partial<Record<Act, string>> = {
  release: 'r',
  acknowledge: 'a',
  start: 'w',
  assign: 'u',
  schedule: 's',
  defer: 'd',
  resolve: 'e',
  close: 'x',
  comment: 'c',
};

/** What is done at once, without asking for anything more. */
export const AT_ONCE: readonly Act[] = ['release', 'acknowledge', 'start', 'resume', 'resolve', 'reopen'];

/** What can be done with a ticket now, in the order of the buttons. */
export function possibleActs(ticket: TicketDetail, mayEngineer: boolean): Act[] {
  const { transitions: to, status, waiting, ruleVersion } = ticket;
  const isProposed = status === 'proposed';
  const isOver = status === 'closed' || status === 'cancelled';
  const may: Readonly<Record<Act, boolean>> = {
    release: isProposed,
    void: isProposed,
    acknowledge: to.includes('acknowledged') && (status === 'open' || status === 'deferred'),
    start: to.includes('in-progress') && status !== 'in-progress',
    assign: !isOver,
    schedule: to.includes('scheduled') && !isProposed,
    wait: !isOver && !isProposed && !waiting && status !== 'resolved' && status !== 'awaiting-outcome',
    resume: waiting !== undefined,
    defer: to.includes('deferred') && !isProposed,
    resolve: to.includes('resolved'),
    close: to.includes('closed'),
    reopen: to.includes('open') && !isProposed && status !== 'deferred',
    comment: true,
    cancel: to.includes('cancelled') && !isProposed,
    voidVersion: mayEngineer && ruleVersion !== undefined && !isOver,
  };
  return ACTS.filter((act) => may[act]);
}
