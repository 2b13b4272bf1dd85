import { type ComponentAge, type ComponentInstalledEvent, isInstallation } from '../domain/asset.ts';
import { DAY, HOUR, type Timestamp } from '../domain/time.ts';
import type { EventRepository } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Fleet } from './fleet.ts';
import type { Tracked } from './tracked.ts';

export interface SerialisedPartsSources {
  readonly events: Pick<EventRepository, 'of' | 'ofSerial'>;
  readonly fleet: Pick<Fleet, 'get'>;
  /** Where readings are looked up that nobody entered; without it these are unknown. */
  readonly store?: Pick<TimeSeriesStore, 'buckets'>;
}

/** Readings of the counter are looked for so far before the moment asked for. */
const BEFORE = 31 * DAY;

/**
 * The event with the age that its part brings along, where that part, by its serial, was in use elsewhere before. The age is
 * written into the event, so that live, refold and backtest know the same of it whatever is entered later.
 */
export async function withAge(
  event: ComponentInstalledEvent,
  sources: SerialisedPartsSources,
): Promise<ComponentInstalledEvent> {
  if (event.serial === undefined) return event;
  const stays = await sources.events.ofSerial(event.serial);
  const last = stays.filter(({ id, at }) => id !== event.id && at < event.at).at(-1);
  if (!last || last.at === 0 || !isSameKind(last, event, sources.fleet)) return event;
  const removal = await nextAt(last, event, sources.events);
  const stayed = last.assetId === event.assetId && last.componentId === event.componentId;
  if (removal?.removed === 'failed' || (stayed && !removal)) return event;
  const age = await ageAfter(last, { at: event.at, ...removal }, sources);
  return { ...event, age };
}

/** Serials are a maker's own: the part must be of the same number or, where it has none, of the same place in the model. */
function isSameKind(a: ComponentInstalledEvent, b: ComponentInstalledEvent, fleet: Pick<Fleet, 'get'>): boolean {
  const [one, other] = [a, b].map(({ assetId, componentId }) => {
    const model = fleet.get(assetId)?.model;
    const number = model?.components.find(({ id }) => id === componentId)?.part?.number;
    return number ?? (model && `${model.id} ${componentId}`);
  });
  return one !== undefined && one === other;
}

/** What was put in its place: until then it was there. */
async function nextAt(
  last: ComponentInstalledEvent,
  { id, at }: ComponentInstalledEvent,
  events: Pick<EventRepository, 'of'>,
): Promise<ComponentInstalledEvent | undefined> {
  const inPlace = (await events.of(last.assetId)).filter(
    (other): other is ComponentInstalledEvent => isInstallation(other) && other.componentId === last.componentId,
  );
  return inPlace.find((other) => other.id !== id && other.at > last.at && other.at <= at);
}

async function ageAfter(
  last: ComponentInstalledEvent,
  end: { readonly at: Timestamp; readonly assetId?: string; readonly reading?: number },
  { fleet, store }: SerialisedPartsSources,
): Promise<ComponentAge> {
  const since = last.age?.since ?? last.at;
  const counter = counterOf(fleet.get(last.assetId), last.componentId);
  if (!counter || (last.age && !last.age.usage)) return { since };
  const readingAt = (at: Timestamp) => store && lastReading(store, last.assetId, counter.metricId, at);
  const from = last.reading ?? (await readingAt(last.at));
  // What was entered where it goes to is the reading of another counter.
  const to = (end.assetId === last.assetId ? end.reading : undefined) ?? (await readingAt(end.at));
  if (from === undefined || to === undefined || to < from) return { since };
  return { since, usage: { amount: to - from + (last.age?.usage?.amount ?? 0), unit: counter.unit } };
}

function counterOf(tracked: Tracked | undefined, componentId: string) {
  const rule = tracked?.compiled.rules.find((one) => one.installation && one.definition.componentId === componentId);
  if (!tracked || !rule?.installation) return undefined;
  const { id: metricId, unit = '' } = tracked.model.metrics[rule.installation.metric]!;
  return { metricId, unit };
}

async function lastReading(
  store: Pick<TimeSeriesStore, 'buckets'>,
  assetId: string,
  metricId: string,
  at: Timestamp,
): Promise<number | undefined> {
  const query = { assetId, metricIds: [metricId], from: at - BEFORE, to: at };
  return (await store.buckets(query, HOUR)).at(-1)?.last;
}
