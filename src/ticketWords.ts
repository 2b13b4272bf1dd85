import { type ChartLinks, linksOf } from './api/resources/chart.ts';
import { presentTicket } from './api/resources/ticket.ts';
import { presentBackground } from './api/resources/ticketBackground.ts';
import { sharedChart } from './api/routes/ticketCharts.ts';
import type { LinkSigner } from './api/signedLinks.ts';
import type { Config } from './config/schema.ts';
import type { Ticket } from './domain/ticket.ts';
import type { TicketBackground } from './domain/ticketBackground.ts';
import type { WriteTitle } from './domain/ticketText.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { zonesOf } from './pipeline/slaPolicies.ts';
import type { PresentedTicket } from './ports/serviceDesk.ts';
import { TicketWriter } from './presets/ticketWriter.ts';

/** What tickets say, as the installation has it. */
export interface TicketWords {
  readonly title: WriteTitle;
  present(ticket: Ticket, background: TicketBackground): PresentedTicket;
  /** IANA time zone by whose clocks people at the ticket's site read times. */
  zoneOf(ticket: Ticket): string;
}

export function createTicketWords(
  { tickets, sla, calendars }: Pick<Config, 'tickets' | 'sla' | 'calendars'>,
  charts: ChartLinks,
  signer: LinkSigner,
  { metrics, log }: { readonly metrics: Pick<Metrics, 'textFailures'>; readonly log: Log },
): TicketWords {
  const writer = new TicketWriter(tickets.texts, (what, language, error) => {
    metrics.textFailures.inc({ what });
    log.error({ err: error, what, language }, 'a template of tickets failed: they say it in the words of Fettle');
  });
  const zoneOf = zonesOf(sla, calendars);
  return {
    zoneOf,
    title: (facts) => writer.title(facts),
    present(ticket, background) {
      const shown = presentTicket(ticket, charts);
      const own = linksOf(ticket, charts);
      const chart = new URL(signer.sign(sharedChart(ticket.id)), charts.publicUrl).href;
      const links = own.chart === undefined ? own : { ...own, chart };
      const body = writer.body({ ticket, document: shown, background, links, zone: zoneOf(ticket) });
      return { body, document: { ...shown, body, links, ...presentBackground(background) } };
    },
  };
}
