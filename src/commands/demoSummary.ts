import type { FleetStatus } from '../../simulators/fleet.ts';
import type { App } from '../app.ts';
import { briefReason } from '../domain/evidence/index.ts';
import type { Evidence } from '../domain/finding.ts';
import type { AssetModel } from '../domain/model.ts';
import { formatDate } from '../domain/text.ts';
import { TICKET_STATUSES, type Ticket, type TicketStatus } from '../domain/ticket.ts';
import { type Duration, formatDuration, SECOND, type Timestamp } from '../domain/time.ts';
import { HEALTHS } from '../domain/view.ts';
import { viewAsset } from '../pipeline/views.ts';

/** The rate is averaged over so many calls, so that it does not flicker. */
const RATE_CALLS = 10;

/** One readable line for a ticket as it opens: fleet time, number, urgency, where and what, why, until when, which part. */
export function ticketLine(ticket: Ticket, model: AssetModel): string {
  const { window, openedAt, number: id, priority, status, siteId, title, evidence, forecast, part } = ticket;
  const details = [
    evidence && briefReason(evidence, metricName(model, evidence)),
    forecast?.p50 && `end of life about ${formatDate(forecast.p50)}`,
    part && `bring ${part.number}`,
    status === 'proposed' && 'proposed',
  ];
  const place = `${minute(window?.to ?? openedAt)}  TICKET ${id} ${priority}  ${siteId}, ${title.en}`;
  return `${place}: ${details.filter(Boolean).join('; ')}`;
}

function metricName(model: AssetModel, evidence: Evidence): string | undefined {
  if (!('metricId' in evidence)) return undefined;
  return [...model.metrics, ...model.indicators].find(({ id }) => id === evidence.metricId)?.name?.en;
}

type ShownApp = Pick<App, 'pipeline' | 'ledger'>;

/** Lines of the live summary; the rate is that of the last {@link RATE_CALLS} calls. */
export function demoSummary(app: ShownApp, period: Duration): (fleet: FleetStatus) => Promise<string[]> {
  const history = [app.ledger.samples.stored];
  return async (fleet) => {
    const { samples, messages } = app.ledger;
    history.push(samples.stored);
    if (history.length > RATE_CALLS) history.shift();
    const rate = Math.round((Math.max(0, samples.stored - history[0]!) * SECOND) / (period * (history.length - 1)));
    const { database } = app.pipeline.parts;
    const tickets = await database.tickets.countByStatus();
    const deadLetters = messages.deadLettered;
    const behind = Date.now() - fleet.simTime;
    const clock = fleet.live ? 'now, in real time' : `${minute(fleet.simTime)} (${formatDuration(behind)} to catch up)`;
    return [
      `fleet time  ${clock}`,
      `samples     ${number(rate)}/s, ${number(samples.stored)} stored since the start, ${number(deadLetters)} dead letters`,
      `assets      ${healthCounts(app)}`,
      `tickets     ${counts(tickets)}`,
    ];
  };
}

function healthCounts({ pipeline }: ShownApp): string {
  const found = new Map<string, number>();
  for (const tracked of pipeline.fleet.all()) {
    const { health } = viewAsset(tracked);
    found.set(health, (found.get(health) ?? 0) + 1);
  }
  return HEALTHS.filter((health) => found.has(health))
    .map((health) => `${found.get(health)} ${health}`)
    .join(', ');
}

function counts(byStatus: Readonly<Partial<Record<TicketStatus, number>>>): string {
  const parts = TICKET_STATUSES.filter((status) => byStatus[status]).map((status) => `${byStatus[status]} ${status}`);
  return parts.join(', ') || 'none yet';
}

function minute(time: Timestamp): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function number(value: number): string {
  return value.toLocaleString('en');
}
