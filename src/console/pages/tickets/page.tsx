import { useInfiniteQuery } from '@tanstack/preact-query';
import { useLocation, useSearch } from 'wouter-preact';
import { call } from '../../api/client';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Page } from '../../ui/page';
import { Empty, Loaded, Skeleton } from '../../ui/states';
import { useShortcuts } from '../../ui/useShortcuts';
import { Filters } from './filters';
import { TicketTable } from './table';
import { ticketListTexts } from './text';
import { filterOf } from './views';
import './page.css';

const PAGE_SIZE = 50;

/** The tickets, the most urgent first; the filters are in the address. */
export default function TicketsPage() {
  const common = useText(commonTexts);
  const t = useText(ticketListTexts);
  const { view, filter } = filterOf(useSearch());
  const go = useLocation()[1];
  const query = useInfiniteQuery({
    queryKey: ['GET /api/v1/tickets', { query: filter }, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/v1/tickets', {
        query: { ...filter, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: 15_000,
  });
  const tickets = query.data?.pages.flatMap(({ items }) => items) ?? [];
  useRowKeys();
  const change = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(location.search);
    if (value === undefined) next.delete(name);
    else next.set(name, value);
    go(`/tickets${next.size > 0 ? `?${next}` : ''}`, { replace: true });
  };
  return (
    <Page title={common.tickets}>
      <Filters view={view} filter={filter} onChange={change} />
      <Loaded query={query} skeleton={<Skeleton height="3.2rem" lines={8} />}>
        {() =>
          tickets.length === 0 ? (
            <Empty title={t.none}>
              <p>{view === 'todo' ? t.noneTodo : t.noneOther}</p>
              <button type="button" class="button" onClick={() => go('/tickets?view=all')}>
                {t.clear}
              </button>
            </Empty>
          ) : (
            <>
              <TicketTable tickets={tickets} />
              <div class="row spread tickets-end">
                <span class="muted keys">{t.keys}</span>
                {query.hasNextPage && (
                  <button
                    type="button"
                    class="button"
                    disabled={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {common.more}
                  </button>
                )}
              </div>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

/** j and k move among the rows, whose links take the focus; Enter then opens as it does any link. */
function useRowKeys(): void {
  const move = (step: number) => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('a[data-ticket]')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next]?.focus();
  };
  useShortcuts({ j: () => move(1), k: () => move(-1) });
}
