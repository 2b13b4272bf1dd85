import { useMemo } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import type { Query } from '../../api/types';

type FleetQuery = Query<'GET /api/v1/fleet'>;
export type FleetFilter = Omit<FleetQuery, 'sort' | 'offset' | 'limit'>;
export type Sort = NonNullable<FleetQuery['sort']>;
export type Health = NonNullable<FleetQuery['health']>[number];
export type Grouping = 'site' | 'model' | 'customer';

export const HEALTHS = ['critical', 'warning', 'watch', 'good', 'unknown'] as const satisfies readonly Health[];
export const FLAGS = ['hasTickets', 'inMaintenance', 'silent'] as const;
export const KEYS = { site: 'siteId', model: 'modelId', customer: 'customerId' } as const;
export const GROUPINGS = ['site', 'model', 'customer'] as const satisfies readonly Grouping[];
export const SORTS = [
  ...(['health', 'endOfLife', '-wear', '-tickets'] as const),
  ...(['lastReceivedAt', '-lastReceivedAt', 'name'] as const),
] satisfies readonly Sort[];

export interface FleetView {
  readonly filter: FleetFilter;
  readonly sort: Sort;
  readonly group: Grouping | undefined;
  /** Changes the address, and with it the view; undefined takes a filter away. */
  change(changes: Readonly<Record<string, string | undefined>>): void;
}

/** What is shown, as the address says it. */
export function useFleetView(): FleetView {
  const search = useSearch();
  const go = useLocation()[1];
  return useMemo(() => {
    const asked = new URLSearchParams(search);
    const health = HEALTHS.filter((one) => asked.get('health')?.split(',').includes(one));
    const filter: FleetFilter = {
      ...Object.fromEntries(['siteId', 'modelId', 'customerId', 'search'].flatMap((name) => pairOf(asked, name))),
      ...(health.length > 0 && { health }),
      ...Object.fromEntries(FLAGS.filter((flag) => asked.get(flag) === 'true').map((flag) => [flag, true])),
    };
    const change: FleetView['change'] = (changes) => {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === '') next.delete(name);
        else next.set(name, value);
      }
      go(`/fleet${next.size > 0 ? `?${next}` : ''}`, { replace: true });
    };
    return {
      filter,
      sort: SORTS.find((sort) => sort === asked.get('sort')) ?? 'health',
      group: GROUPINGS.find((group) => group === asked.get('group')),
      change,
    };
  }, [search, go]);
}

function pairOf(asked: URLSearchParams, name: string): [string, string][] {
  const value = asked.get(name);
  return value ? [[name, value]] : [];
}
