import type { Forecast } from './finding.ts';
import { WHOLE_ASSET } from './ids.ts';
import type { AssetModel, LocalText } from './model.ts';
import { isToDo, PRIORITIES, type Ticket } from './ticket.ts';
import type { Duration, Timestamp } from './time.ts';
import type { AssetView, ComponentView } from './view.ts';

/** Something that can be done in one visit: a ticket, or what will be due before long. */
export interface VisitItem {
  readonly assetId: string;
  readonly assetName: string;
  readonly componentId: string;
  /** Of a ticket what it says, else the component. */
  readonly title: LocalText;
  readonly ticket?: Ticket;
  /** Until when it is to be done, where there is a date. */
  readonly dueBy?: Timestamp;
  readonly forecast?: Forecast;
  /** Share of life used. */
  readonly wear?: number;
  readonly parts: readonly VisitPart[];
  readonly team?: string;
}

export interface VisitPart {
  readonly number: string;
  readonly name?: LocalText;
  readonly quantity: number;
  /** How long it takes to come, where that is known. */
  readonly leadTimeMs?: Duration;
}

export interface Visit {
  /** Tickets by priority, then what is nearly due; each by its date. */
  readonly items: readonly VisitItem[];
  /** All that is to be brought. */
  readonly parts: readonly VisitPart[];
  readonly teams: readonly string[];
}

export interface VisitedAsset {
  readonly id: string;
  readonly name: string;
  readonly model: AssetModel | undefined;
  readonly view: AssetView | undefined;
}

/** From this share of its life on a component without a forecast counts as nearly due. */
const NEARLY_WORN = 0.9;

/**
 * What is to be done at assets, and what will be within `horizon`: a component whose end, at P10 of its forecast, comes
 * before that, or whose life is nearly used up, unless a planned ticket is about it already.
 */
export function visitOf(
  assets: readonly VisitedAsset[],
  tickets: readonly Ticket[],
  horizon: Duration,
  now: Timestamp,
): Visit {
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const open = tickets.filter(({ status }) => isToDo(status));
  const planned = new Set(open.filter(({ kind }) => kind === 'planned').map(placeOf));
  const ofTickets = open.map((ticket) => itemOfTicket(ticket, byId.get(ticket.assetId)));
  const due = assets.flatMap((asset) =>
    (asset.view?.components ?? [])
      .filter((component) => !planned.has(placeOf({ assetId: asset.id, componentId: component.componentId })))
      .filter((component) => isNearlyDue(component, now + horizon))
      .map((component) => itemOfComponent(component, asset)),
  );
  const items = [...ofTickets.toSorted(byPriority), ...due.toSorted(byDate)];
  const teams = [...new Set(items.flatMap(({ team }) => team ?? []))].sort();
  return { items, parts: together(items.flatMap(({ parts }) => parts)), teams };
}

function placeOf({ assetId, componentId }: { readonly assetId: string; readonly componentId: string }): string {
  return JSON.stringify([assetId, componentId]);
}

function isNearlyDue({ forecast, wear }: ComponentView, until: Timestamp): boolean {
  if (forecast) return forecast.p10 !== null && forecast.p10 < until;
  return typeof wear === 'number' && wear >= NEARLY_WORN;
}

function itemOfTicket(ticket: Ticket, asset: VisitedAsset | undefined): VisitItem {
  const { assetId, componentId, title, doBy, solveBy, forecast, team, part, service } = ticket;
  const dueBy = earliest(doBy, solveBy);
  const parts = service?.parts ?? (part ? [{ ...part, quantity: 1 }] : []);
  return {
    assetId,
    assetName: asset?.name ?? assetId,
    componentId,
    title,
    ticket,
    ...(dueBy !== undefined && { dueBy }),
    ...(forecast && { forecast }),
    parts,
    ...(team !== undefined && { team }),
  };
}

function itemOfComponent({ componentId, forecast, wear }: ComponentView, asset: VisitedAsset): VisitItem {
  const component = asset.model?.components.find(({ id }) => id === componentId);
  const whole = { en: 'Whole asset', zh: '整机' };
  const part = component?.part;
  return {
    assetId: asset.id,
    assetName: asset.name,
    componentId,
    title: component?.name ?? (componentId === WHOLE_ASSET ? whole : { en: componentId, zh: componentId }),
    ...(forecast && { forecast }),
    ...(forecast?.p10 !== undefined && forecast.p10 !== null && { dueBy: forecast.p10 }),
    ...(typeof wear === 'number' && { wear }),
    parts: part ? [{ number: part.number, ...nameIfAny(part.name), quantity: 1, leadTimeMs: part.leadTime }] : [],
  };
}

function nameIfAny(name: LocalText | undefined) {
  return name && { name };
}

function earliest(...times: readonly (Timestamp | undefined)[]): Timestamp | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function byDate(a: VisitItem, b: VisitItem): number {
  const [first, second] = [a.dueBy ?? Number.POSITIVE_INFINITY, b.dueBy ?? Number.POSITIVE_INFINITY];
  return first === second ? 0 : first - second;
}

function byPriority(a: VisitItem, b: VisitItem): number {
  return rank(a) - rank(b) || byDate(a, b);
}

function rank({ ticket }: VisitItem): number {
  return ticket ? PRIORITIES.indexOf(ticket.priority) : PRIORITIES.length;
}

/** Each part once, with how many are needed. */
function together(parts: readonly VisitPart[]): VisitPart[] {
  const byNumber = new Map<string, VisitPart>();
  for (const { number, name, quantity, leadTimeMs } of parts) {
    const known = byNumber.get(number);
    const total = (known?.quantity ?? 0) + quantity;
    byNumber.set(number, {
      number,
      ...nameIfAny(name),
      ...(leadTimeMs !== undefined && { leadTimeMs }),
      ...known,
      quantity: total,
    });
  }
  return [...byNumber.values()].toSorted((a, b) => (a.number < b.number ? -1 : 1));
}

/** What a ticket says of the others; undefined without any. */
export function othersText(count: number): LocalText | undefined {
  if (count === 0) return undefined;
  if (count === 1)
    return { en: '1 more thing is due at this asset: do it in one visit', zh: '该设备还有 1 项到期：请一次上门完成' };
  return {
    en: `${count} more things are due at this asset: do them in one visit`,
    zh: `该设备还有 ${count} 项到期：请一次上门完成`,
  };
}
