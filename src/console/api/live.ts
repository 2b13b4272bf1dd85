import { type QueryClient, useQueryClient } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { addressOf } from './client';

const RETRY_MS = 3000;
/** What changed is read anew at most so often. */
const GATHER_MS = 1500;

export type LiveState = 'connecting' | 'live' | 'reconnecting';
let state: LiveState = 'connecting';
const watchers = new Set<(state: LiveState) => void>();

function tell(next: LiveState): void {
  state = next;
  for (const watch of watchers) watch(next);
}

/** Whether what is shown follows what happens. */
export function useLiveState(): LiveState {
  const [seen, see] = useState(state);
  useEffect(() => {
    watchers.add(see);
    see(state);
    return () => void watchers.delete(see);
  }, []);
  return seen;
}

/** Reads anew what pages show of things that changed, for as long as it is rendered. */
export function useLive(): void {
  const queries = useQueryClient();
  useEffect(() => follow(queries), [queries]);
}

/** Follows the stream until it is ended. A browser gives up on an answer that is no stream; here it is asked for again. */
function follow(queries: QueryClient): () => void {
  const gathered = new Set<string>();
  let [lastId, gathering, retrying] = ['', undefined as number | undefined, undefined as number | undefined];
  let source: EventSource | undefined;
  const flush = (): void => {
    gathering = undefined;
    const changed = new Set(gathered);
    gathered.clear();
    void queries.invalidateQueries({ predicate: ({ queryKey }) => isTouched(queryKey, changed) });
  };
  const note = (event: MessageEvent<string>, ...things: string[]): void => {
    lastId = event.lastEventId || lastId;
    for (const thing of things) gathered.add(thing);
    gathering ??= window.setTimeout(flush, GATHER_MS);
  };
  const open = (): void => {
    const after = lastId === '' ? '' : `?lastEventId=${encodeURIComponent(lastId)}`;
    source = new EventSource(addressOf(`api/v1/live${after}`));
    for (const kind of ['ticket', 'asset', 'finding', 'connectivity']) {
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        const { id, assetId } = JSON.parse(event.data) as { id: string; assetId: string };
        note(event, kind, `${kind} ${id}`, `asset ${assetId}`);
      });
    }
    source.addEventListener('ready', (event: MessageEvent<string>) => {
      lastId = event.lastEventId || lastId;
      tell('live');
    });
    source.addEventListener('reset', (event: MessageEvent<string>) => {
      note(event, 'all');
      tell('live');
    });
    source.addEventListener('error', () => {
      tell('reconnecting');
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(retrying);
      retrying = window.setTimeout(open, RETRY_MS);
    });
  };
  open();
  return () => {
    source?.close();
    clearTimeout(gathering);
    clearTimeout(retrying);
    tell('connecting');
  };
}

/** What each kind of change lets a reading look old. */
const READINGS: Readonly<Record<string, RegExp>> = {
  ticket: /^GET \/api\/v1\/(tickets$|fleet)/,
  asset: /^GET \/api\/v1\/fleet/,
  finding: /^GET \/api\/v1\/findings$/,
  connectivity: /^GET \/api\/v1\/fleet/,
};

/** @param changed kinds, and things by kind and id */
function isTouched([operation, request]: readonly unknown[], changed: ReadonlySet<string>): boolean {
  if (typeof operation !== 'string' || operation === 'session') return false;
  if (changed.has('all')) return true;
  if (Object.entries(READINGS).some(([kind, form]) => changed.has(kind) && form.test(operation))) return true;
  const { params } = (request ?? {}) as { params?: { assetId?: string; ticketId?: string } };
  // A chart is read anew by its own clock.
  if (operation.endsWith('/telemetry')) return false;
  return changed.has(`asset ${params?.assetId}`) || changed.has(`ticket ${params?.ticketId}`);
}
