import type { EvidenceKind } from '../../domain/finding.ts';
import type { Ticket } from '../../domain/ticket.ts';
import type { TicketLinks } from '../../domain/ticketBackground.ts';
import { HOUR } from '../../domain/time.ts';

/** Addresses under which people look at charts. */
export interface ChartLinks {
  readonly publicUrl: string;
  /** Grafana with Fettle's dashboards, where there is one. */
  readonly grafanaUrl?: string | undefined;
}

const ASSET_DASHBOARD = 'fettle-asset';

/** Where what a ticket rests on can be seen: in Grafana, else in the API; undefined when there is nothing to see. */
export function chartUrl(ticket: Ticket, { publicUrl, grafanaUrl }: ChartLinks): string | undefined {
  if (grafanaUrl !== undefined) return grafanaChart(ticket, grafanaUrl);
  return ticket.chart === undefined ? undefined : new URL(ticket.chart, publicUrl).href;
}

/** What pictures are drawn of: what was measured. */
const MEASURED: ReadonlySet<string> = new Set<EvidenceKind>(['threshold', 'anomaly', 'usage', 'trend']);

/** Where people go on from a ticket: to its page and its asset's in the console, and to a picture. */
export function linksOf(ticket: Ticket, links: ChartLinks): TicketLinks {
  const own = `${links.publicUrl}/tickets/${encodeURIComponent(ticket.id)}`;
  return {
    ticket: own,
    asset: `${links.publicUrl}/assets/${encodeURIComponent(ticket.assetId)}`,
    ...(ticket.evidence && MEASURED.has(ticket.evidence.kind) && { chart: chartOf(ticket, links) }),
    ...(links.grafanaUrl !== undefined && { dashboard: grafanaChart(ticket, links.grafanaUrl) }),
  };
}

function chartOf({ id }: Ticket, { publicUrl }: ChartLinks): string {
  return new URL(`/api/v1/tickets/${encodeURIComponent(id)}/chart.svg`, publicUrl).href;
}

function grafanaChart({ assetId, chart, window }: Ticket, grafanaUrl: string): string {
  const query = new URLSearchParams({ 'var-asset': assetId });
  const shown = new URLSearchParams(chart?.split('?')[1]);
  const [from, to] = chart
    ? ['from', 'to'].map((end) => Date.parse(shown.get(end) ?? ''))
    : [window && window.from - HOUR, window && window.to + HOUR];
  if (Number.isFinite(from) && Number.isFinite(to)) {
    query.set('from', String(Math.floor(from!)));
    query.set('to', String(Math.ceil(to!)));
  }
  return `${grafanaUrl.replace(/\/+$/, '')}/d/${ASSET_DASHBOARD}?${query}`;
}
