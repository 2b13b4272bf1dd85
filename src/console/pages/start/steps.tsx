import type { ComponentChildren } from 'preact';
import type { Answer, Model } from '../../api/types';
import { Decoded } from '../../devices/decoded';
import type { Trial } from '../../devices/useTrial';
import { useLocal, useText } from '../../i18n';
import { CopyLine } from '../../ui/copy';
import { Field } from '../../ui/field';
import { ErrorNote } from '../../ui/states';
import { publishCommand, sourceYaml } from './message';
import { startTexts } from './texts';

/** One of the steps, numbered. */
export function Step({ number, title, children }: { number: number; title: string; children: ComponentChildren }) {
  return (
    <section class="card start-step" aria-labelledby={`step-${number}`}>
      <h2 id={`step-${number}`}>
        <span class="step-number">{number}</span> {title}
      </h2>
      <div class="stack">{children}</div>
    </section>
  );
}

interface PublishProps {
  readonly installation: Answer<'GET /api/v1/installation'>;
  readonly topic: string;
  readonly payload: string;
  readonly onTopic: (topic: string) => void;
}

/** Where the device reports, and how to try it by hand. */
export function Publish({ installation: { mqtt, sources }, topic, payload, onTopic }: PublishProps) {
  const t = useText(startTexts);
  return (
    <>
      <div>
        <span class="muted">{t.address}</span>
        <CopyLine text={mqtt.url} name={t.address} />
        {mqtt.embedded && <p class="muted">{t.embedded}</p>}
        {mqtt.login && <p class="muted">{t.login}</p>}
      </div>
      <Field label={t.topic} hint={t.topicHint(sources.map((one) => one.topic).join(', '))}>
        <input
          class="mono"
          value={topic}
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => onTopic(event.currentTarget.value)}
        />
      </Field>
      <div>
        <span class="muted">{t.command}</span>
        <CopyLine text={publishCommand(mqtt, topic, payload || '{}')} name={t.command} />
      </div>
    </>
  );
}

interface ResultProps {
  readonly trial: Trial | undefined;
  readonly error: unknown;
  readonly models: readonly Model[];
}

/** What becomes of the message. */
export function Result({ trial, error, models }: ResultProps) {
  const t = useText(startTexts);
  const local = useLocal();
  if (error !== undefined) return <ErrorNote error={error} />;
  if (!trial) return <p class="muted">{t.waitingForPayload}</p>;
  const [source] = trial.sources;
  const [best] = trial.models;
  const model = models.find(({ id }) => id === (source?.modelId ?? best?.modelId));
  const fit = trial.models.find(({ modelId }) => modelId === model?.id);
  return (
    <div class="stack">
      {!source && <NoSource template={trial.suggestedTopic} />}
      {source && <Decoded source={source} />}
      {fit && model && (
        <p>
          <strong>{t.fits}:</strong>{' '}
          {t.fit(local(model.name), fit.mapped.length, fit.mapped.length + fit.similar.length + fit.unknown.length)}
          {fit.missing.length > 0 && (
            <span class="muted">
              {' '}
              · {t.missing}: {fit.missing.join(', ')}
            </span>
          )}
        </p>
      )}
      {fit?.similar.map(({ name, metric }) => (
        <p key={name}>{t.similar(name, metric)}</p>
      ))}
      {trial.models.length === 0 && source && <p>{t.noModel}</p>}
    </div>
  );
}

function NoSource({ template }: { template: string | undefined }) {
  const t = useText(startTexts);
  return (
    <div class="note warning">
      <div class="stack">
        {template === undefined ? t.noTopic : t.noSource}
        {template !== undefined && <pre class="code-block">{sourceYaml(template, 'json')}</pre>}
      </div>
    </div>
  );
}
