import { useState } from 'preact/hooks';
import { useRead } from '../../api/queries';
import type { DeadLetter } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Field } from '../../ui/field';
import { Empty, Loaded } from '../../ui/states';
import { Letter } from './letter';
import { qualityTexts } from './texts';

const EVERY_MS = 5000;
const FIRST = 50;
const MOST = 500;

type Reason = DeadLetter['reason'];

/** What was refused, the newest first. */
export function DeadLetters() {
  const t = useText(qualityTexts);
  const common = useText(commonTexts);
  const format = useFormat();
  const [reason, setReason] = useState<Reason | ''>('');
  const [limit, setLimit] = useState(FIRST);
  const [chosen, setChosen] = useState<DeadLetter>();
  const filter = { limit, ...(reason !== '' && { reason }) };
  const query = useRead('GET /api/v1/dead-letters', { query: filter }, { every: EVERY_MS, keep: true });
  return (
    <div class="stack">
      <div class="quality-filter">
        <Field label={t.reason}>
          <select value={reason} onChange={(event) => setReason(event.currentTarget.value as Reason | '')}>
            <option value="">{common.all}</option>
            {Object.entries(t.reasons).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <Loaded query={query}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title={t.noLetters}>{t.noLettersHint}</Empty>
          ) : (
            <div class="stack">
              <ul class="card letters">
                {items.map((letter) => (
                  <li key={letter.id}>
                    <div class="letter-what">
                      <strong>{t.reasons[letter.reason]}</strong>{' '}
                      <span class="muted">{format.relative(letter.at)}</span>
                      <div>
                        <code>{letter.topic}</code>
                        {letter.metric !== undefined && (
                          <>
                            {' '}
                            · <code>{letter.metric}</code>
                          </>
                        )}
                      </div>
                      <div class="muted" lang="en">
                        {letter.detail}
                      </div>
                    </div>
                    <button
                      type="button"
                      class="button"
                      aria-label={`${t.open}: ${letter.topic}`}
                      onClick={() => setChosen(letter)}
                    >
                      {t.open}
                    </button>
                  </li>
                ))}
              </ul>
              {nextCursor !== undefined && limit < MOST && (
                <div>
                  <button type="button" class="button" onClick={() => setLimit(MOST)}>
                    {common.more}
                  </button>
                </div>
              )}
            </div>
          )
        }
      </Loaded>
      {chosen && <Letter letter={chosen} onClose={() => setChosen(undefined)} />}
    </div>
  );
}
