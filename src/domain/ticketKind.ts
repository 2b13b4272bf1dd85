import type { Finding } from './finding.ts';
import type { Ticket, TicketKind } from './ticket.ts';

type Stated = Pick<Finding, 'evidence' | 'forecast' | 'time'>;

/**
 * Planned: what is worn, due or forecast, while there is time left. Reactive: a limit is passed, a fault was reported, the
 * forecast end is past, or nothing is heard; how long it lasts is not known.
 */
export function kindOf({ evidence, forecast, time }: Stated): TicketKind {
  const { kind } = evidence;
  if (kind === 'usage' || kind === 'calendar' || kind === 'installation-unknown') return 'planned';
  if (!forecast) return 'reactive';
  return forecast.p50 === null || forecast.p50 > time ? 'planned' : 'reactive';
}

/** What is planned becomes reactive once something critical is stated that leaves no time; never the other way. */
export function kindWith(ticket: Pick<Ticket, 'kind'>, finding: Stated & Pick<Finding, 'severity'>): TicketKind {
  return finding.severity === 'critical' && kindOf(finding) === 'reactive' ? 'reactive' : ticket.kind;
}
