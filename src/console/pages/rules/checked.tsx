import { useEffect, useState } from 'preact/hooks';
import { call, OfflineError, ProblemError } from '../../api/client';
import type { ModelCheck } from '../../api/types';
import { useText } from '../../i18n';
import { ErrorNote } from '../../ui/states';
import type { Place } from './codeEditor';
import { rulesTexts } from './texts';

/** One who types is not checked at every letter. */
const REST = 400;

interface Answered {
  readonly check?: ModelCheck;
  /** Why it was not checked. */
  readonly error?: unknown;
}

const NOT_YET: Answered = {};

/** What the server says of a text, a moment after it has changed; nothing until then, and where it is not asked. */
export function useCheck(modelId: string, yaml: string, isAsked: boolean): Answered {
  const [checked, setChecked] = useState<Answered & { readonly yaml: string }>();
  useEffect(() => {
    if (!isAsked) return;
    const abort = new AbortController();
    const ask = () =>
      call('POST /api/v1/models/{modelId}/check', { params: { modelId }, body: { yaml }, signal: abort.signal });
    const run = (): void => {
      ask().then(
        (check) => setChecked({ yaml, check }),
        (error: unknown) => {
          if (abort.signal.aborted) return;
          if (isPassing(error)) timer = setTimeout(run, 2 * REST);
          else setChecked({ yaml, error });
        },
      );
    };
    let timer = setTimeout(run, yaml === '' ? 0 : REST);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [modelId, yaml, isAsked]);
  return checked?.yaml === yaml ? checked : NOT_YET;
}

/** Fettle is away, or starts anew: soon it answers again. */
function isPassing(error: unknown): boolean {
  return error instanceof OfflineError || (error instanceof ProblemError && error.status >= 500);
}

/** Every problem, each leading to its place, or what would change. */
export function Checked({
  check,
  error,
  isChanged,
  onGo,
}: {
  check: ModelCheck | undefined;
  error: unknown;
  isChanged: boolean;
  onGo: (place: Place) => void;
}) {
  const t = useText(rulesTexts);
  if (error !== undefined) return <ErrorNote error={error} />;
  if (!check) return <p class="muted">{t.checking}</p>;
  const { problems } = check;
  if (problems.length === 0) return isChanged ? <Changes check={check} /> : <p class="muted">{t.unchanged}</p>;
  return (
    <section class="stack" aria-labelledby="problems">
      <h2 id="problems">{t.problems(problems.length)}</h2>
      <ol class="problems">
        {problems.map(({ line = 1, column = 1, path, message }) => (
          <li key={`${line} ${column} ${path} ${message}`}>
            <button type="button" class="problem" onClick={() => onGo({ line, column })}>
              <span class="muted">{t.at(line, column)}</span>
              {path && <code>{path}</code>} <span lang="en">{message}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Changes({ check: { changes = [], refolded = 0 } }: { check: ModelCheck }) {
  const t = useText(rulesTexts);
  return (
    <section class="stack" aria-labelledby="changes">
      <h2 id="changes">{t.changes}</h2>
      {changes.length === 0 ? (
        <p class="muted">{t.noChanges}</p>
      ) : (
        <ul class="changes">
          {changes.map(({ part, id, change, fields }) => (
            <li key={`${part} ${id}`}>
              {t.part[part]} <code>{id}</code> {t.change[change]}
              {fields.length > 0 && <span class="muted"> · {fields.join(', ')}</span>}
            </li>
          ))}
        </ul>
      )}
      <p class="muted">{refolded > 0 ? t.refolded(refolded) : t.keepsStates}</p>
    </section>
  );
}
