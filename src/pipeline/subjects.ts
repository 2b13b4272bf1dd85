import { isRefusal, type Reading, type Refusal } from '../codecs/codec.ts';
import { quote } from '../codecs/text.ts';
import { ID_FORM, isValidId } from '../domain/ids.ts';
import type { PastReading } from '../domain/past.ts';
import type { CompiledSource } from './compiledSource.ts';
import type { Route } from './topicRouter.ts';

type Item = Reading | Refusal;

/** Readings by whom the payload says they are of, in the order of their first; refusals stand with what it does not say. */
export function bySubject(items: readonly Item[]): ReadonlyMap<string | undefined, readonly Item[]> {
  const found = new Map<string | undefined, Item[]>();
  for (const item of items) {
    const subject = isRefusal(item) ? undefined : item.subject;
    const own = found.get(subject);
    if (own) own.push(item);
    else found.set(subject, [item]);
  }
  return found;
}

/** Where readings belong: what their payload says counts, and not what the topic says; a refusal where neither does. */
export function routeOfSubject(
  route: Route<CompiledSource>,
  subject: string | undefined,
): Route<CompiledSource> | Refusal {
  if (subject === undefined) {
    return route.assetId === undefined && route.deviceId === undefined ? NOBODY : route;
  }
  if (!isValidId(subject)) return invalidId(subject);
  if (route.source.definition.subject === 'asset') return { ...route, assetId: subject };
  return { ...route, assetId: undefined, deviceId: subject };
}

/** Where a reading belongs that says itself whose it is; the refusal of the route says why nowhere. */
export function routeOfPast(source: CompiledSource, { assetId, deviceId }: PastReading): Route<CompiledSource> {
  const id = assetId ?? deviceId;
  const refusal = id === undefined ? NAMELESS : isValidId(id) ? undefined : invalidId(id);
  const whose = assetId === undefined ? { assetId, deviceId } : { assetId, deviceId: undefined };
  return { source, siteId: undefined, metricId: undefined, refusal, ...whose };
}

function invalidId(id: string): Refusal {
  return { reason: 'invalid-id', detail: `the id in the payload is ${quote(id)}; expected ${ID_FORM}` };
}

const NAMELESS: Refusal = { reason: 'unknown-asset', detail: 'the reading names neither an asset nor a device' };

const NOBODY: Refusal = {
  reason: 'unknown-asset',
  detail: 'neither the topic nor the payload says whose values these are',
};
