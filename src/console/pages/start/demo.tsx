import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import type { Answer } from '../../api/types';
import { useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { CopyLine } from '../../ui/copy';
import { ErrorNote, Loaded } from '../../ui/states';
import { startTexts } from './texts';

const DEMO = 'GET /api/v1/demo';
const EVERY_MS = 1500;

/** A fleet to look at, beside this installation: an administrator starts it here, others learn the command. */
export function Demo() {
  const t = useText(startTexts);
  const may = useMay('admin');
  return (
    <section class="card" aria-labelledby="demo">
      <h2 id="demo">{t.demo}</h2>
      {may ? <Runner /> : <ByCommand />}
    </section>
  );
}

function ByCommand() {
  const t = useText(startTexts);
  return (
    <>
      <p>{t.demoText}</p>
      <CopyLine text="npm run demo" name={t.demoCommand} />
    </>
  );
}

function Runner() {
  const t = useText(startTexts);
  const demo = useRead(DEMO, {}, { every: EVERY_MS });
  return (
    <div class="stack">
      <p>{t.demoBeside}</p>
      <Loaded query={demo}>{(state) => <Running demo={state} />}</Loaded>
    </div>
  );
}

function Running({ demo: { state, url, detail } }: { demo: Answer<typeof DEMO> }) {
  const t = useText(startTexts);
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: [DEMO] });
  const starting = useMutation({ mutationFn: () => call('POST /api/v1/demo', {}), onSettled });
  const stopping = useMutation({ mutationFn: () => call('DELETE /api/v1/demo', {}), onSettled });
  const isOff = state === 'off' || state === 'failed';
  const error = starting.error ?? stopping.error;
  return (
    <>
      <div role="status">
        {state === 'starting' && (
          <p class="start-waiting">
            <span class="pulse" aria-hidden="true" /> {t.demoStarting}
          </p>
        )}
        {state === 'running' && <p class="note good">{t.demoRuns}</p>}
        {state === 'failed' && (
          <p class="note error">
            {t.demoFailed} <span lang="en">{detail}</span>
          </p>
        )}
      </div>
      {error && <ErrorNote error={error} />}
      <div class="row">
        {isOff && (
          <button type="button" class="button" disabled={starting.isPending} onClick={() => starting.mutate()}>
            {t.demoStart}
          </button>
        )}
        {url !== undefined && (
          <a class="button primary" href={url} target="_blank" rel="noreferrer">
            {t.demoOpen}
          </a>
        )}
        {!isOff && (
          <button type="button" class="button" disabled={stopping.isPending} onClick={() => stopping.mutate()}>
            {t.demoStop}
          </button>
        )}
      </div>
    </>
  );
}
