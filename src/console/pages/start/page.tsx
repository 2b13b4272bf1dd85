import { useState } from 'preact/hooks';
import { useRead } from '../../api/queries';
import type { Answer, Model } from '../../api/types';
import { Register } from '../../devices/register';
import { useTrial } from '../../devices/useTrial';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { useMay } from '../../shell/signedIn';
import { Field } from '../../ui/field';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Demo } from './demo';
import { FirstMessage } from './firstMessage';
import { examplePayload, exampleTopic } from './message';
import { Publish, Result, Step } from './steps';
import { startTexts } from './texts';
import './page.css';

/** The way from a message to an asset that is heard. */
export default function StartPage() {
  const t = useText(startTexts);
  const installation = useRead('GET /api/v1/installation', {});
  const models = useRead('GET /api/v1/models', {});
  return (
    <Page title={useText(commonTexts).start} about={t.about}>
      <Loaded query={installation}>
        {(found) => <Loaded query={models}>{({ items }) => <Walk installation={found} models={items} />}</Loaded>}
      </Loaded>
    </Page>
  );
}

interface WalkProps {
  readonly installation: Answer<'GET /api/v1/installation'>;
  readonly models: readonly Model[];
}

function Walk({ installation, models }: WalkProps) {
  const t = useText(startTexts);
  const may = useMay('engineer');
  const [topic, setTopic] = useState(() => exampleTopic(installation.sources[0]?.topic ?? ''));
  const [payload, setPayload] = useState('');
  const [modelId, setModelId] = useState<string>();
  const [made, setMade] = useState<string>();
  const { trial, error } = useTrial({ topic, payload: may ? payload : '', modelId });
  const source = trial?.sources[0];
  const justMade = made === trial?.suggestedAsset?.id ? made : undefined;
  const known = justMade ?? (source?.registered ? source.assetId : undefined);
  const [example] = models;
  return (
    <div class="start">
      {!may && <p class="note">{t.may}</p>}
      <Step number={1} title={t.publish}>
        <Publish installation={installation} topic={topic} payload={payload} onTopic={setTopic} />
      </Step>
      <Step number={2} title={t.payload}>
        <div class="start-trial">
          <div class="stack">
            <Field label={t.payloadLabel} hint={t.payloadHint}>
              <textarea
                class="mono"
                rows={9}
                spellcheck={false}
                value={payload}
                onInput={(event) => setPayload(event.currentTarget.value)}
              />
            </Field>
            {example && (
              <div>
                <button type="button" class="button" onClick={() => setPayload(examplePayload(example, Date.now()))}>
                  {t.example}
                </button>
              </div>
            )}
          </div>
          <div class="stack" aria-live="polite">
            <h3>{t.decoded}</h3>
            <Result trial={trial} error={error} models={models} />
          </div>
        </div>
      </Step>
      <Step number={3} title={t.register}>
        {known !== undefined && <p class="note good">{t.registered(known)}</p>}
        {known === undefined && trial && may && (
          <Register
            key={trial.suggestedAsset?.id}
            trial={trial}
            models={models}
            modelId={modelId}
            onModel={setModelId}
            onRegistered={setMade}
          />
        )}
        {known === undefined && !trial && <p class="muted">{t.waitingForPayload}</p>}
      </Step>
      <Step number={4} title={t.first}>
        {known === undefined ? <p class="muted">{t.notYet}</p> : <FirstMessage assetId={known} />}
      </Step>
      <Demo />
    </div>
  );
}
