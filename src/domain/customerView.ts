import type { Asset } from './asset.ts';
import { CONTRACT_ENDS } from './contractEnd.ts';
import { followUpAt, LOW_RATING } from './followUp.ts';
import { type AssetModel, INSTALLATION_UNKNOWN, type LocalText, STORM, severityRank } from './model.ts';
import { isOngoing, isUnreleased, type Ticket, type TicketStatus } from './ticket.ts';
import type { Duration, Timestamp } from './time.ts';
import type { AssetView, ComponentView } from './view.ts';

/** In the order of how little there is to do. */
export type CustomerState = 'good' | 'watch' | 'soon' | 'urgent' | 'serviced' | 'unknown';

export const CUSTOMER_STEPS = ['received', 'accepted', 'planned', 'done'] as const;
export type CustomerStep = (typeof CUSTOMER_STEPS)[number];

export interface CustomerComponent {
  readonly name: LocalText;
  readonly state: CustomerState;
  /** It may be at its end from then on: P10 of its forecast. */
  readonly endsFrom?: Timestamp;
  /** Share of life used, from 0 to 1. */
  readonly used?: number;
}

export interface CustomerTicket {
  readonly number: number;
  readonly title: LocalText;
  readonly openedAt: Timestamp;
  readonly step: CustomerStep;
  /** Work has begun. */
  readonly underWay: boolean;
  readonly visitAt?: Timestamp;
  /** Nothing is done until the customer has answered. */
  readonly waitsForCustomer: boolean;
  readonly putOffUntil?: Timestamp;
}

export interface CustomerClosedTicket {
  readonly number: number;
  readonly title: LocalText;
  readonly closedAt: Timestamp;
  /** Where it can be rated. */
  readonly rateUrl?: string;
  /** What it was rated, of 5. */
  readonly score?: number;
}

/** All that the page of an asset shows to its customer. */
export interface CustomerView {
  readonly name: string;
  readonly model: LocalText;
  readonly state: CustomerState;
  readonly heardAt?: Timestamp;
  readonly components: readonly CustomerComponent[];
  /** The newest first. */
  readonly tickets: readonly CustomerTicket[];
  readonly closed: readonly CustomerClosedTicket[];
}

/** Who has the link of an asset, as far as that link goes. */
export interface CustomerVisit {
  readonly assetId: string;
  readonly siteId: string;
  /** Its time is over, or somebody ended it. */
  readonly ended: boolean;
}

/** What a customer writes on the page. */
export interface CustomerRequest {
  readonly text: string;
  /** Where they want to be called or written to. */
  readonly contact: readonly string[];
  /** Number of the ticket that it is about as well. */
  readonly about?: number | undefined;
}

export interface CustomerFacts {
  readonly asset: Asset;
  readonly model: AssetModel;
  readonly view: AssetView;
  /** Of the asset, the newest first. */
  readonly tickets: readonly Ticket[];
  readonly now: Timestamp;
}

/** So many closed tickets are shown at most. */
const SHOWN_CLOSED = 5;

/** Between the service company and itself, or not yet judged by a person. */
const INTERNAL: ReadonlySet<string> = new Set([LOW_RATING, CONTRACT_ENDS.id, INSTALLATION_UNKNOWN.id]);

const STATE_OF_LEVEL: readonly CustomerState[] = ['watch', 'soon', 'urgent'];

const STEP_OF_STATUS: Readonly<Partial<Record<TicketStatus, CustomerStep>>> = {
  open: 'received',
  acknowledged: 'accepted',
  deferred: 'accepted',
  scheduled: 'planned',
  'in-progress': 'planned',
  resolved: 'done',
  'awaiting-outcome': 'done',
};

/** Of a ticket that covers many assets its customer sees no more than that they are affected. */
const STORM_TITLE: LocalText = {
  en: 'Loss of power or connection on site',
  zh: '现场断电或通信中断',
};

/** The tickets that the customer of the asset may see: those of today's customer which a person or a live rule stands for. */
export function customerTickets({ customerId }: Asset, tickets: readonly Ticket[]): Ticket[] {
  return tickets.filter(
    (ticket) =>
      ticket.customerId === customerId &&
      ticket.status !== 'cancelled' &&
      !isUnreleased(ticket) &&
      !INTERNAL.has(ticket.failureModeId),
  );
}

/** Closed tickets that are still shown, the newest first. */
export function lastClosed(tickets: readonly Ticket[], within: Duration, now: Timestamp): Ticket[] {
  return tickets
    .filter(({ status, closedAt }) => status === 'closed' && closedAt !== undefined && closedAt + within > now)
    .toSorted((a, b) => b.closedAt! - a.closedAt!)
    .slice(0, SHOWN_CLOSED);
}

/** Whether its customer is asked for a rating of it. */
export function isRated(ticket: Ticket): boolean {
  return followUpAt(ticket, 0) !== undefined;
}

/** What a customer may know of their asset, apart from closed tickets. `tickets` are those of {@link customerTickets}. */
export function customerView({ asset, model, view, tickets, now }: CustomerFacts): Omit<CustomerView, 'closed'> {
  const components = view.components.flatMap((component) => shownComponent(component, model, now));
  return {
    name: asset.name ?? asset.id,
    model: model.name,
    state: stateOf(view),
    ...(view.lastReceivedAt !== undefined && { heardAt: view.lastReceivedAt }),
    components,
    tickets: tickets.filter(({ status }) => isOngoing(status)).map(shownTicket),
  };
}

export function titleOf({ title, failureModeId }: Pick<Ticket, 'title' | 'failureModeId'>): LocalText {
  return failureModeId === STORM.id ? STORM_TITLE : title;
}

function stateOf({ health, inMaintenance, components }: AssetView): CustomerState {
  if (inMaintenance) return 'serviced';
  return health === 'unknown' ? 'unknown' : stateOfRules(components.flatMap(({ rules }) => rules));
}

/** By live rules alone: what others state is for the service company to judge first. */
function stateOfRules(rules: ComponentView['rules']): CustomerState {
  const levels = rules.flatMap(({ mode, severity }) => (mode === 'live' && severity ? severityRank(severity) : []));
  return levels.length === 0 ? 'good' : STATE_OF_LEVEL[Math.max(...levels)]!;
}

/** Nothing of the asset as a whole, and nothing where no live rule watches. */
function shownComponent(component: ComponentView, model: AssetModel, now: Timestamp): CustomerComponent[] {
  const definition = model.components.find(({ id }) => id === component.componentId);
  if (!definition || !component.rules.some(({ mode }) => mode === 'live')) return [];
  const { health, forecast, wear, rules } = component;
  const endsFrom = forecast?.p10;
  return [
    {
      name: definition.name,
      state: health === 'unknown' ? 'unknown' : stateOfRules(rules),
      ...(typeof endsFrom === 'number' && { endsFrom: Math.max(endsFrom, now) }),
      ...(typeof wear === 'number' && { used: Math.min(Math.max(wear, 0), 1) }),
    },
  ];
}

function shownTicket(ticket: Ticket): CustomerTicket {
  const { number, openedAt, status, waiting, deferral, scheduledFor } = ticket;
  const planned = status === 'scheduled' || status === 'in-progress';
  return {
    number,
    title: titleOf(ticket),
    openedAt,
    step: STEP_OF_STATUS[status] ?? 'received',
    underWay: status === 'in-progress',
    ...(planned && scheduledFor !== undefined && { visitAt: scheduledFor }),
    waitsForCustomer: waiting !== undefined,
    ...(status === 'deferred' && deferral && { putOffUntil: deferral.until }),
  };
}
