import type { FieldChange, Ticket, TicketEntry } from './ticket.ts';
import { DAY, type Timestamp } from './time.ts';

type Tell<K extends keyof Ticket> = (value: NonNullable<Ticket[K]>) => string;
const text = (value: string) => value;
const instant = (value: Timestamp) => new Date(value).toISOString();

/** What the history tells of a ticket, beside its status. */
const TOLD: { readonly [K in keyof Ticket]?: Tell<K> } = {
  kind: text,
  severity: text,
  priority: text,
  team: text,
  person: text,
  scheduledFor: instant,
  deferral: ({ reason, until }) => `${instant(until)}: ${reason}`,
  waiting: ({ reason }) => reason,
  doBy: instant,
  closing: (closing) => JSON.stringify(closing),
};

/** What of an entry follows from a ticket before and after it. */
export function whatChanged(before: Ticket, after: Ticket): Pick<TicketEntry, 'from' | 'to' | 'changes'> {
  const changes = changesOf(before, after);
  return {
    ...(before.status !== after.status && { from: before.status, to: after.status }),
    ...(changes.length > 0 && { changes }),
  };
}

/** Fields whose change counts in the history; a do-by that moves with each new estimate, from a day on. */
export function changesOf(before: Ticket, after: Ticket): FieldChange[] {
  const fields = Object.keys(TOLD) as (keyof typeof TOLD)[];
  return fields.flatMap((field) => {
    const [from, to] = [tell(before, field), tell(after, field)];
    if (from === to || (field === 'doBy' && isSlight(before.doBy, after.doBy))) return [];
    return [{ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  });
}

function tell<K extends keyof Ticket>(ticket: Ticket, field: K): string | undefined {
  const value = ticket[field];
  return value === undefined || value === null ? undefined : (TOLD[field] as Tell<K>)(value as NonNullable<Ticket[K]>);
}

function isSlight(from: Timestamp | undefined, to: Timestamp | undefined): boolean {
  return from !== undefined && to !== undefined && Math.abs(to - from) < DAY;
}
