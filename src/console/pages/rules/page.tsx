import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import { useLocal, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { rulesTexts } from './texts';
import { TrippedRules } from './tripped';
import './rules.css';

/** Every asset model, and the rules that tripped. */
export default function RulesPage() {
  const t = useText(rulesTexts);
  const common = useText(commonTexts);
  const local = useLocal();
  const models = useRead('GET /api/v1/models', { query: { limit: 500 } });
  return (
    <Page title={common.rules} about={t.about}>
      <div class="stack">
        <TrippedRules />
        <Loaded query={models}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t.none}>
                <p>{t.noneHint}</p>
              </Empty>
            ) : (
              <ul class="models grid">
                {items.map(({ id, name, rules, components }) => (
                  <li key={id}>
                    <Link class="card model" href={`/rules/${encodeURIComponent(id)}`}>
                      <span>
                        <strong>{local(name)}</strong>
                        <code class="muted">{id}</code>
                        <span class="muted">{t.counts(rules.length, components.length)}</span>
                      </span>
                      <span class="onward">
                        <Icon name="back" />
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}
