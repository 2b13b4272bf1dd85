import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import { useFormat, useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { ErrorNote } from '../../ui/states';
import { useToast } from '../../ui/toast';
import { rulesTexts } from './texts';

/** Rules that opened more tickets than their cap, to be put back; nothing where there are none. */
export function TrippedRules({ modelId }: { modelId?: string }) {
  const t = useText(rulesTexts);
  const format = useFormat();
  const mayReset = useMay('engineer');
  const say = useToast();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const tripped = useRead('GET /api/v1/rules/tripped', { query: { limit: 500 } }, { every: 30_000 });
  const rules = (tripped.data?.items ?? []).filter((rule) => modelId === undefined || rule.modelId === modelId);
  if (rules.length === 0) return null;
  const reset = async (params: { modelId: string; ruleId: string }) => {
    try {
      await call('POST /api/v1/models/{modelId}/rules/{ruleId}/reset', { params });
      setFailure(undefined);
      say(t.resetDone);
    } catch (error) {
      setFailure(error);
    }
    await queries.invalidateQueries({ queryKey: ['GET /api/v1/rules/tripped'] });
  };
  return (
    <section class="card stack" aria-labelledby="tripped">
      <header>
        <h2 id="tripped">{t.tripped}</h2>
        <p class="muted">{t.trippedHint}</p>
      </header>
      {failure !== undefined && <ErrorNote error={failure} />}
      <ul class="tripped">
        {rules.map((rule) => (
          <li key={`${rule.modelId} ${rule.ruleId}`} class="row spread">
            <span>
              <code>{rule.ruleId}</code> <span class="muted">{rule.modelId}</span>{' '}
              <span class="muted">{t.trippedSince(format.dateTime(rule.at))}</span>
            </span>
            {mayReset && (
              <button type="button" class="button" onClick={() => void reset(rule)}>
                {t.reset}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
