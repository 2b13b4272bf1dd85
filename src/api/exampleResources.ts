import { EXAMPLE_BACKGROUND, EXAMPLE_TICKET } from '../domain/exampleTicket.ts';
import { linksOf } from './resources/chart.ts';
import { presentEvidence } from './resources/evidence.ts';
import { presentFinding } from './resources/finding.ts';
import { presentTicket } from './resources/ticket.ts';
import { presentBackground } from './resources/ticketBackground.ts';
import { presentEntry, transitionsOf } from './resources/ticketDetail.ts';

const LINKS = { publicUrl: 'https://fettle.example.com', grafanaUrl: 'https://grafana.example.com' };
const { title, summary, window, openedAt, severity, evidence, forecast, ruleId, ruleVersion } = EXAMPLE_TICKET;

const TICKET = plain(presentTicket(EXAMPLE_TICKET, LINKS));
const EVIDENCE = presentEvidence(evidence!);
const ENTRY = presentEntry({
  id: '01M7XQ2A0000000000000000E1',
  ticketId: EXAMPLE_TICKET.id,
  at: openedAt,
  by: 'fettle',
  kind: 'opened',
  text: `rule ${ruleId} version ${ruleVersion}`,
});
const FINDING = presentFinding({
  id: '01M7XQ2A0000000000000000G1',
  key: 'compressor-7|oil-life|raised|warning|1772352000000',
  assetId: EXAMPLE_TICKET.assetId,
  componentId: EXAMPLE_TICKET.componentId,
  failureModeId: EXAMPLE_TICKET.failureModeId,
  ruleId: ruleId!,
  ruleVersion: ruleVersion!,
  change: 'raised',
  severity,
  start: window!.from,
  time: window!.to,
  window: window!,
  evidence: evidence!,
  forecast: forecast!,
  recordedAt: openedAt,
  ticketId: EXAMPLE_TICKET.id,
});

/** Examples of named schemas whose fields hang together, as the API shows them. */
export const EXAMPLE_RESOURCES: Readonly<Record<string, unknown>> = {
  Ticket: TICKET,
  TicketEntry: plain(ENTRY),
  Evidence: plain(EVIDENCE),
  Finding: plain(FINDING),
  TicketDetail: plain({
    ...TICKET,
    ...presentBackground(EXAMPLE_BACKGROUND),
    body: { en: `${title.en}\n\n${summary.en}`, zh: `${title.zh}\n\n${summary.zh}` },
    links: linksOf(EXAMPLE_TICKET, LINKS),
    transitions: transitionsOf(EXAMPLE_TICKET),
    entries: [ENTRY],
    findings: [FINDING],
  }),
};

/** As it stands in JSON: without what is undefined. */
function plain<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
