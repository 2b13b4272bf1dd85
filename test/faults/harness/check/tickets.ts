import type { ApiClient, TicketDetail, TicketDocument } from '../../../support/apiClient.ts';
import { wayOf } from '../messages.ts';

export interface TicketCheck {
  readonly expected: number;
  readonly opened: number;
  readonly missing: readonly string[];
  /** There in both, and not the same. */
  readonly differing: readonly string[];
  /** Not in the reference, and not taken back. */
  readonly unexpected: readonly string[];
  /** Opened on what came first, with a start that what came before it in time has put right in the findings. */
  readonly begunAnew: number;
  /** Opened on what was known then, and taken back by what came late. */
  readonly takenBack: number;
  /** Ended by a renewal before anything of them was known: the ticket of what began after that tells of them. */
  readonly toldLater: number;
  /** More than one of an episode, or more than one ongoing ticket of an asset, component and failure mode. */
  readonly duplicated: readonly string[];
}

/**
 * Compares the tickets with those of an uninterrupted run of the same messages in their order. `isAnyLate`: what waits
 * for one of several nodes comes late, of any asset.
 */
export async function checkTickets(
  api: ApiClient,
  reference: readonly TicketDocument[],
  isAnyLate: boolean,
): Promise<TicketCheck> {
  const all = await api.all<TicketDocument>('/tickets?limit=500');
  const begunAnew = isAnyLate ? new Map<string, string>() : await findBegunAnew(api, all, reference);
  const renamed = all.map((ticket) => ({ ...ticket, episodeKey: begunAnew.get(ticket.id) ?? ticket.episodeKey }));
  const expected = grouped(reference, isAnyLate);
  const actual = grouped(renamed, isAnyLate);
  const missing: string[] = [];
  const differing: string[] = [];
  const unexpected: string[] = [];
  let takenBack = 0;
  let toldLater = 0;
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const due = expected.get(key) ?? [];
    const found = actual.get(key) ?? [];
    const wanted = isAnyLate && found.length < due.length ? await withoutToldLater(api, due, found) : due;
    toldLater += due.length - wanted.length;
    const standing = found.length > wanted.length ? await standingOf(api, found) : found;
    takenBack += found.length - standing.length;
    if (standing.length < wanted.length) missing.push(`${key}: ${wanted.map(summary).join(' | ')}`);
    else if (standing.length > wanted.length) unexpected.push(await describeAll(api, standing));
    else {
      const [told, known] = [standing, wanted].map((some) => some.map((ticket) => stateOf(ticket, isAnyLate)).sort());
      if (`${told}` !== `${known}`) differing.push(`${key}: ${told} is not ${known}`);
    }
  }
  return {
    expected: reference.length,
    opened: all.length,
    missing,
    differing,
    unexpected,
    begunAnew: begunAnew.size,
    takenBack,
    toldLater,
    duplicated: duplicatesOf(all),
  };
}

/**
 * By id, the episode keys that tickets would have if a broker had not sent something again after what followed it:
 * a ticket keeps its key, and its findings that stand tell the true start.
 */
async function findBegunAnew(
  api: ApiClient,
  all: readonly TicketDocument[],
  reference: readonly TicketDocument[],
): Promise<Map<string, string>> {
  const [known, told] = [reference, all].map((some) => new Set(some.map(({ episodeKey }) => episodeKey)));
  const keys = new Map<string, string>();
  for (const ticket of all.filter(({ episodeKey }) => !known!.has(episodeKey))) {
    const { findings } = await api.get<TicketDetail>(`/tickets/${ticket.id}`);
    const starts = findings.filter(({ retractedAt }) => retractedAt === undefined).map(({ start }) => start);
    const meant = reference.find(
      (one) => !told!.has(one.episodeKey) && placeOf(one) === placeOf(ticket) && starts.includes(one.episodeStart),
    );
    if (meant) keys.set(ticket.id, meant.episodeKey);
  }
  return keys;
}

/** By episode; where late data move the start of an episode, by what the ticket is about. */
function grouped(tickets: readonly TicketDocument[], isAnyLate: boolean): Map<string, TicketDocument[]> {
  const groups = new Map<string, TicketDocument[]>();
  for (const ticket of tickets) {
    const key = isAnyLate || wayOf(ticket.assetId) === 'rewriting' ? placeOf(ticket) : ticket.episodeKey;
    const group = groups.get(key) ?? [];
    groups.set(key, [...group, ticket]);
  }
  return groups;
}

function placeOf({ assetId, componentId, failureModeId }: TicketDocument): string {
  return `${assetId} ${componentId} ${failureModeId}`;
}

/** `isAnyLate`: a ticket that is closed keeps the severity of what was known by then. */
function stateOf(ticket: TicketDocument, isAnyLate = false): string {
  const { status, severity, closing } = ticket;
  const last = isAnyLate && status === 'closed' ? '' : severity;
  return [placeOf(ticket), status, last, closing?.outcome ?? ''].join(' ');
}

function summary(ticket: TicketDocument): string {
  return `${stateOf(ticket)} from ${ticket.episodeStart}`;
}

/** Those that nothing has taken back. */
async function standingOf(api: ApiClient, tickets: readonly TicketDocument[]): Promise<TicketDocument[]> {
  const details = await detailsOf(api, tickets);
  return tickets.filter((_, at) => !isTakenBack(details[at]!));
}

async function describeAll(api: ApiClient, tickets: readonly TicketDocument[]): Promise<string> {
  return `${placeOf(tickets[0]!)}: ${(await detailsOf(api, tickets)).map(describe).join(' | ')}`;
}

/** Leaves out closed tickets whose findings, the renewal among them, are on a ticket of what began later. */
async function withoutToldLater(
  api: ApiClient,
  wanted: readonly TicketDocument[],
  found: readonly TicketDocument[],
): Promise<TicketDocument[]> {
  const details = await detailsOf(api, found);
  const isToldBy = ({ closing, episodeStart }: TicketDocument, other: TicketDetail) =>
    closing?.outcome === 'replaced-detected' &&
    other.episodeStart > episodeStart &&
    other.findings.some(({ start, retractedAt }) => start === episodeStart && retractedAt === undefined) &&
    other.findings.some(({ change, time }) => change === 'reset' && time < other.episodeStart);
  return wanted.filter((ticket) => !details.some((other) => isToldBy(ticket, other)));
}

function detailsOf(api: ApiClient, tickets: readonly TicketDocument[]): Promise<TicketDetail[]> {
  return Promise.all(tickets.map(({ id }) => api.get<TicketDetail>(`/tickets/${id}`)));
}

function isTakenBack({ findings }: TicketDetail): boolean {
  return findings.length > 0 && findings.every(({ retractedAt }) => retractedAt !== undefined);
}

function describe({ number, status, episodeStart, findings }: TicketDetail): string {
  const about = findings.map(
    ({ change, time, retractedAt }) => `${change} ${time}${retractedAt ? ' (retracted)' : ''}`,
  );
  return `${number} ${status} from ${episodeStart}: ${about.join(', ')}`;
}

function duplicatesOf(tickets: readonly TicketDocument[]): string[] {
  const ongoing = tickets.filter(({ status }) => status !== 'closed' && status !== 'cancelled');
  return [...repeated(tickets.map(({ episodeKey }) => episodeKey)), ...repeated(ongoing.map(placeOf))];
}

function repeated(keys: readonly string[]): string[] {
  return keys.filter((key, at) => keys.indexOf(key) !== at);
}
