import { useQueries } from '@tanstack/preact-query';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../../api/client';
import type { FleetRow } from '../../api/types';
import { useText } from '../../i18n';
import { ErrorNote } from '../../ui/states';
import { useVirtual } from '../../ui/useVirtual';
import type { FleetFilter, Sort } from './filter';
import type { Names } from './names';
import { Row } from './row';
import { fleetTexts } from './text';

const PAGE = 100;
const ROW_HEIGHT = 52;
const CARD_HEIGHT = 124;
const PHONE = matchMedia('(max-width: 52rem)');

interface ListProps {
  readonly filter: FleetFilter;
  readonly sort: Sort;
  readonly total: number;
  readonly names: Names;
}

/** Any number of assets: only those in sight are read and drawn. */
export function FleetList({ filter, sort, total, names }: ListProps) {
  const t = useText(fleetTexts);
  const scroller = useRef<HTMLDivElement>(null);
  const isPhone = useMedia(PHONE);
  const { rows, height } = useVirtual({ count: total, rowHeight: isPhone ? CARD_HEIGHT : ROW_HEIGHT, scroller });
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  const { found, error, retry } = useRows(filter, sort, first, last);
  const shown = JSON.stringify([filter, sort]);
  // Another list begins at its top.
  useEffect(() => scroller.current?.scrollTo({ top: 0 }), [shown]);
  return (
    <>
      {error !== undefined && <ErrorNote error={error} retry={retry} />}
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be placed freely */}
      <div class="card fleet-list" role="table" aria-label={t.list} aria-rowcount={total + 1}>
        {/* biome-ignore lint/a11y/useSemanticElements: as the table */}
        <div class="fleet-head" role="rowgroup">
          {/* biome-ignore lint/a11y/useSemanticElements: as the table */}
          <div class="fleet-row" role="row" tabIndex={-1} aria-rowindex={1}>
            {[t.asset, t.healthLabel, t.model, t.site, t.wear, t.endOfLife, t.tickets, t.lastSeen].map((title) => (
              // biome-ignore lint/a11y/useSemanticElements: as the table
              <span key={title} role="columnheader" tabIndex={-1}>
                {title}
              </span>
            ))}
          </div>
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as the table */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard */}
        <div class="fleet-body" role="rowgroup" ref={scroller} tabIndex={0} aria-label={t.list}>
          <div class="fleet-rows" style={{ height }}>
            {rows.map(({ index, start, size }) => (
              <Row key={index} row={found.get(index)} index={index} start={start} height={size} names={names} />
            ))}
          </div>
        </div>
      </div>
    </>
  );
}

/** Those between two places, by place, read in pages of fixed borders; what is not here yet is absent. */
function useRows(filter: FleetFilter, sort: Sort, first: number, last: number) {
  const [from, to] = [Math.floor(first / PAGE), Math.floor(last / PAGE)];
  const pages = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const answers = useQueries({
    queries: pages.map((page) => {
      const query = { ...filter, sort, offset: page * PAGE, limit: PAGE };
      return {
        queryKey: ['GET /api/v1/fleet', { query }],
        queryFn: ({ signal }: { signal: AbortSignal }) => call('GET /api/v1/fleet', { query, signal }),
        refetchInterval: 30_000,
      };
    }),
  });
  const found = new Map<number, FleetRow>();
  for (const [at, { data }] of answers.entries())
    for (const [place, row] of (data?.items ?? []).entries()) found.set(pages[at]! * PAGE + place, row);
  const failed = answers.find(({ error, data }) => error && !data);
  return { found, error: failed?.error ?? undefined, retry: () => void failed?.refetch() };
}

function useMedia(query: MediaQueryList): boolean {
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const note = () => setMatches(query.matches);
    query.addEventListener('change', note);
    return () => query.removeEventListener('change', note);
  }, [query]);
  return matches;
}
