import { useRead } from '../../api/queries';
import type { Unmapped as Report } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { CopyBlock } from '../../ui/copyBlock';
import { Empty, Loaded } from '../../ui/states';
import { Listen } from './listen';
import { UnmappedNames } from './unmappedNames';
import { unmappedTexts } from './unmappedTexts';

const EVERY_MS = 30_000;

/** Topics and names that nothing takes, with what would take them. */
export function Unmapped() {
  const t = useText(unmappedTexts);
  const format = useFormat();
  const query = useRead('GET /api/v1/unmapped', {}, { every: EVERY_MS });
  return (
    <div class="stack">
      <Listen />
      <Loaded query={query}>
        {(report) => (
          <div class="stack">
            {report.mappedSince > 0 && <p class="note">{t.mapped(format.integer(report.mappedSince))}</p>}
            {report.topics.length + report.metrics.length === 0 ? (
              <Empty title={t.nothing}>{t.nothingHint}</Empty>
            ) : (
              <>
                <p class="muted">
                  {t.about} {!report.complete && t.partly(format.integer(report.letters))}
                </p>
                {report.topics.length > 0 && <Topics topics={report.topics} />}
                <UnmappedNames metrics={report.metrics} sources={report.sources} />
              </>
            )}
          </div>
        )}
      </Loaded>
    </div>
  );
}

type Topic = Report['topics'][number];

function Topics({ topics }: { topics: readonly Topic[] }) {
  const t = useText(unmappedTexts);
  return (
    <section class="stack" aria-label={t.topics}>
      <h2>{t.topics}</h2>
      {topics.map((one) => (
        <TopicCard key={`${one.topic} ${one.firstAt}`} one={one} />
      ))}
    </section>
  );
}

function TopicCard({ one }: { one: Topic }) {
  const t = useText(unmappedTexts);
  const format = useFormat();
  const { topic, topics, messages, lastAt, suggestion } = one;
  return (
    <article class="card stack unmapped" aria-label={topic}>
      <div>
        <h3>
          <code>{topic}</code>
        </h3>
        <p class="muted small">
          {t.messages(messages, topics)} · {t.last(format.relative(lastAt))}
        </p>
      </div>
      {suggestion ? <Suggestion topic={topic} suggestion={suggestion} /> : <p>{t.unreadable}</p>}
      <Samples one={one} />
    </article>
  );
}

function Suggestion({ topic, suggestion }: { topic: string; suggestion: NonNullable<Topic['suggestion']> }) {
  const t = useText(unmappedTexts);
  const local = useLocal();
  const { into, modelId, yaml, taken, refused } = suggestion;
  const models = useRead('GET /api/v1/models', {}, { enabled: modelId !== undefined });
  const model = local(models.data?.items.find(({ id }) => id === modelId)?.name) || modelId;
  return (
    <div class="stack">
      <p>
        {model !== undefined && `${t.fits(model)} `}
        {into === 'sources' && `${t.tried(taken, refused)} `}
        {t.into[into]}
      </p>
      <CopyBlock text={yaml} name={topic} />
    </div>
  );
}

function Samples({ one: { samples } }: { one: Topic }) {
  const t = useText(unmappedTexts);
  const format = useFormat();
  return (
    <details>
      <summary>{t.samples}</summary>
      <ul class="plain-list unmapped-samples">
        {samples.map(({ deadLetterId, topic, at, payload, payloadBytes, payloadEncoding }) => (
          <li key={deadLetterId}>
            <div class="muted small">
              <code>{topic}</code> · {format.dateTime(at)}
            </div>
            <code>{payload}</code>
            {(payloadEncoding === 'base64' || payload.length < payloadBytes) && payloadBytes > SHOWN && (
              <span class="muted small"> {t.cut(format.integer(payloadBytes))}</span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** So many bytes are there of a payload. */
const SHOWN = 512;
