import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useFormat, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { useMay } from '../../shell/signedIn';
import { DataTable } from '../../ui/dataTable';
import { Empty, ErrorNote, Loaded, Skeleton } from '../../ui/states';
import { useToast } from '../../ui/toast';
import { systemTexts } from './text';

type Status = 'pending' | 'delivered' | 'sent' | 'failed';

/** Something that is to be told to somebody outside, and how that went. */
export interface Attempt {
  readonly id: string;
  readonly ticketId: string;
  readonly event: string;
  readonly status: Status;
  readonly createdAt: string;
  readonly attempts: number;
  readonly lastError?: string | undefined;
  readonly about?: string | undefined;
}

interface AttemptsProps<S extends Status> {
  /** Operation that lists them. */
  readonly name: string;
  readonly statuses: readonly S[];
  readonly read: (
    page: { status?: S; cursor?: string; limit: number },
    signal: AbortSignal,
  ) => Promise<{ items: readonly Attempt[]; nextCursor?: string | undefined }>;
  readonly retry: (id: string) => Promise<unknown>;
  /** What it lists. */
  readonly label: string;
  readonly none: string;
  /** Beside the filter. */
  readonly children?: ComponentChildren;
}

/** What is told to the outside, the newest first; engineers try again what has failed. */
export function Attempts<S extends Status>({ name, statuses, read, retry, label, none, children }: AttemptsProps<S>) {
  const t = useText(systemTexts);
  const common = useText(commonTexts);
  const [status, setStatus] = useState<S>();
  const query = useInfiniteQuery({
    queryKey: [name, { status }],
    queryFn: ({ pageParam, signal }) =>
      read({ limit: 50, ...(status && { status }), ...(pageParam && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: 10_000,
  });
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div class="stack">
      <div class="row spread">
        <label class="row">
          <span class="muted">{t.statusLabel}</span>
          <select
            class="input status-filter"
            value={status ?? ''}
            onChange={(event) => setStatus((event.currentTarget.value || undefined) as S | undefined)}
          >
            <option value="">{common.all}</option>
            {statuses.map((one) => (
              <option key={one} value={one}>
                {t.status[one]}
              </option>
            ))}
          </select>
        </label>
        {children}
      </div>
      <Loaded query={query} skeleton={<Skeleton height="2.6rem" lines={6} />}>
        {() =>
          rows.length === 0 ? (
            <Empty title={status === undefined ? none : t.noneOfStatus} />
          ) : (
            <>
              <AttemptTable name={name} label={label} rows={rows} retry={retry} />
              {query.hasNextPage && (
                <button type="button" class="button" onClick={() => void query.fetchNextPage()}>
                  {common.more}
                </button>
              )}
            </>
          )
        }
      </Loaded>
    </div>
  );
}

const CLASSES = { pending: 'info', delivered: 'good', sent: 'good', failed: 'critical' } as const;

function AttemptTable({
  name,
  label,
  rows,
  retry,
}: {
  name: string;
  label: string;
  rows: readonly Attempt[];
  retry: (id: string) => Promise<unknown>;
}) {
  const t = useText(systemTexts);
  const common = useText(commonTexts);
  const format = useFormat();
  const mayRetry = useMay('engineer');
  const queries = useQueryClient();
  const toast = useToast();
  const retrying = useMutation({
    mutationFn: retry,
    onSuccess: () => toast(t.retried),
    onSettled: () => queries.invalidateQueries({ queryKey: [name] }),
  });
  return (
    <div class="stack">
      {retrying.error && <ErrorNote error={retrying.error} />}
      <DataTable
        label={label}
        class="system-table"
        columns={[
          { name: t.when },
          { name: t.what },
          { name: t.statusLabel },
          { name: t.attempts, class: 'numeric wide' },
          { name: t.acts, isHidden: true },
        ]}
      >
        {rows.map(({ id, ticketId, event, status, createdAt, attempts, lastError, about }) => (
          <tr key={id}>
            <td title={format.dateTime(createdAt)}>{format.relative(createdAt)}</td>
            <td class="detail">
              <Link href={`/tickets/${encodeURIComponent(ticketId)}`}>{t.events[event] ?? event}</Link>
              {about !== undefined && <div class="muted">{about}</div>}
              {lastError !== undefined && status !== 'delivered' && status !== 'sent' && (
                <div class="last-error" lang="en">
                  {lastError}
                </div>
              )}
            </td>
            <td>
              <span class={`badge ${CLASSES[status]}`}>{t.status[status]}</span>
            </td>
            <td class="numeric wide">{format.integer(attempts)}</td>
            <td class="numeric">
              {mayRetry && status === 'failed' && (
                <button
                  type="button"
                  class="button"
                  disabled={retrying.isPending}
                  aria-label={t.retryOf(t.events[event] ?? event)}
                  onClick={() => retrying.mutate(id)}
                >
                  {common.retry}
                </button>
              )}
            </td>
          </tr>
        ))}
      </DataTable>
    </div>
  );
}
