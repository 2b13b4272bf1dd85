import type { Finding } from '../domain/finding.ts';
import type { Timestamp } from '../domain/time.ts';
import type { AssetRecord, Run, TicketRecord } from './run.ts';

/** When a condition was raised, and until when it held; Infinity where it held to the end. */
export interface Alarm {
  readonly from: Timestamp;
  readonly until: Timestamp;
}

/** Every time that a ticket of the asset was opened, or its condition was raised again. */
export function raisesOf(tickets: readonly TicketRecord[]): Timestamp[] {
  return tickets.flatMap(({ openedAt, reopenedAt }) => [openedAt, ...reopenedAt]).sort((a, b) => a - b);
}

export function ticketsOf(run: Run, asset: string, component?: string): TicketRecord[] {
  return run.tickets.filter((ticket) => {
    return ticket.asset === asset && (component === undefined || ticket.component === component);
  });
}

/** When some rule had raised a condition, from the fold of the history; silence and requests for data left out. */
export function alarmsOf({ findings }: AssetRecord): Alarm[] {
  const open = new Map<string, Timestamp>();
  const alarms: Alarm[] = [];
  for (const finding of findings) {
    if (finding.evidence.kind === 'silence' || finding.evidence.kind === 'installation-unknown') continue;
    const from = open.get(finding.ruleId);
    if (isEnd(finding)) {
      if (from !== undefined) alarms.push({ from, until: finding.time });
      open.delete(finding.ruleId);
    } else if (from === undefined) open.set(finding.ruleId, finding.time);
  }
  return [...alarms, ...[...open.values()].map((from) => ({ from, until: Number.POSITIVE_INFINITY }))];
}

function isEnd({ change }: Finding): boolean {
  return change === 'cleared' || change === 'reset';
}
