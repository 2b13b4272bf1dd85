import type { ComponentChildren } from 'preact';
import { OfflineError, ProblemError } from '../api/client';
import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';

/** Holds the place of what is being loaded, so that nothing moves when it comes. */
export function Skeleton({
  height = '1.2rem',
  width = '100%',
  lines = 1,
}: {
  height?: string;
  width?: string;
  lines?: number;
}) {
  const t = useText(commonTexts);
  return (
    <div class="stack" role="status" aria-label={t.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="skeleton" style={{ height, width }} />
      ))}
    </div>
  );
}

/** What went wrong, in the server's words, and the way on. */
export function ErrorNote({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const t = useText(commonTexts);
  return (
    <div class="note error" role="alert">
      <div>
        <strong>{error instanceof OfflineError ? t.offline : t.failed}</strong>
        {error instanceof ProblemError && <ProblemText problem={error} />}
      </div>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          {t.retry}
        </button>
      )}
    </div>
  );
}

/** The problem and each of its faults, by place. */
function ProblemText({ problem }: { problem: ProblemError }) {
  const { problems } = problem.problem;
  return (
    <div lang="en">
      {problem.message}
      {problems && problems.length > 0 && (
        <ul>
          {problems.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Nothing there, why, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  refetch(): unknown;
}

interface LoadedProps<T> {
  readonly query: QueryLike<T>;
  /** Of the same size as what will come. */
  readonly skeleton?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

/** What a query gave; until then its skeleton; what was seen stays while a later attempt fails. */
export function Loaded<T>({ query, skeleton, children }: LoadedProps<T>) {
  const retry = () => void query.refetch();
  if (query.data !== undefined)
    return (
      <>
        {query.error !== null && !(query.error instanceof OfflineError) && (
          <ErrorNote error={query.error} retry={retry} />
        )}
        {children(query.data)}
      </>
    );
  if (query.isPending) return <>{skeleton ?? <Skeleton lines={4} height="2rem" />}</>;
  return <ErrorNote error={query.error} retry={retry} />;
}
