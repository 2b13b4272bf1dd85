import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import type { ExplainedRule, Model } from '../../api/types';
import { useLocal, useText } from '../../i18n';
import { SeverityBadge } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { assetTexts } from './text';

/** Each rule that watches the asset, and in words why it is quiet or firing. */
export function Rules({ assetId, model }: { assetId: string; model: Model }) {
  const t = useText(assetTexts);
  const query = useRead('GET /api/v1/assets/{assetId}/rules', { params: { assetId } }, { every: 30_000 });
  return (
    <section class="card" aria-label={t.watching}>
      <h2>{t.watching}</h2>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="muted">{t.noRules}</p>
          ) : (
            <ul class="plain-list">
              {items.map((rule) => (
                <Rule key={rule.ruleId} rule={rule} model={model} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function Rule({ rule, model }: { rule: ExplainedRule; model: Model }) {
  const t = useText(assetTexts);
  const local = useLocal();
  const { ruleId, standing, severity, mode, tripped, text } = rule;
  const about = tripped ? t.tripped : t.modes[mode];
  return (
    <li>
      <div class="row">
        <Link href={`/rules/${encodeURIComponent(model.id)}`}>{ruleId}</Link>
        {severity ? (
          <SeverityBadge severity={severity} />
        ) : (
          <span class={`badge ${standing === 'quiet' ? 'good' : ''}`}>{t.standing[standing]}</span>
        )}
        {about && <span class="muted small">{about}</span>}
      </div>
      <p>{local(text)}</p>
    </li>
  );
}
