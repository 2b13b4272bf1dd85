import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import { useFormat, useText } from '../../i18n';
import { Field } from '../../ui/field';
import { ErrorNote } from '../../ui/states';
import { rulesTexts } from './texts';
import { TrialResult } from './trialResult';

const DAY_MS = 86_400_000;
const SOON = 1000;
const RANGES = ['30', '90', '365', 'all'] as const;

/** Folds the stored history through the text as it stands, beside what is in force. */
export function Trial({ modelId, yaml, isSound }: { modelId: string; yaml: string; isSound: boolean }) {
  const t = useText(rulesTexts);
  const format = useFormat();
  const [days, setDays] = useState<(typeof RANGES)[number]>('90');
  const [id, setId] = useState<string>();
  const [isOver, setOver] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const params = { backtestId: id ?? '' };
  const query = useRead(
    'GET /api/v1/backtests/{backtestId}',
    { params },
    { enabled: id !== undefined, ...(!isOver && { every: SOON }) },
  );
  const trial = id === undefined ? undefined : query.data;
  const over = trial?.status === 'done' || trial?.status === 'failed';
  if (over !== isOver) setOver(over);
  const runs = id !== undefined && !over;

  const start = async () => {
    setFailure(undefined);
    setId(undefined);
    try {
      const from = days === 'all' ? {} : { from: new Date(Date.now() - Number(days) * DAY_MS).toISOString() };
      const body = { models: [{ fileName: `${modelId}.yaml`, yaml }], ...from };
      setId((await call('POST /api/v1/backtests', { body })).id);
    } catch (error) {
      setFailure(error);
    }
  };
  const stop = () => {
    if (id === undefined) return;
    setId(undefined);
    call('DELETE /api/v1/backtests/{backtestId}', { params: { backtestId: id } }).catch(setFailure);
  };

  return (
    <section class="card stack" aria-label={t.tryOut}>
      <div class="row trial-form">
        <Field label={t.range}>
          <select value={days} onChange={(event) => setDays(event.currentTarget.value as (typeof RANGES)[number])}>
            {RANGES.map((range) => (
              <option key={range} value={range}>
                {t.ranges[range]}
              </option>
            ))}
          </select>
        </Field>
        {runs ? (
          <button type="button" class="button" onClick={stop}>
            {t.stopTrial}
          </button>
        ) : (
          <button type="button" class="button" disabled={!isSound} onClick={() => void start()}>
            {t.tryOut}
          </button>
        )}
      </div>
      {failure !== undefined && <ErrorNote error={failure} />}
      {runs && (
        <div class="stack" role="status">
          <progress aria-label={t.progress} max={1} value={trial?.progress ?? 0} />
          <span class="muted">
            {trial?.status === 'running' ? t.running(format.percent(trial.progress, 0)) : t.waiting}
          </span>
        </div>
      )}
      {trial?.status === 'failed' && (
        <div class="note error" role="alert">
          {t.trialFailed}: {trial.error}
        </div>
      )}
      {trial?.report && <TrialResult report={trial.report} />}
    </section>
  );
}
