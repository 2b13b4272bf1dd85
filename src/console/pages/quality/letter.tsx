import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import type { DeadLetter } from '../../api/types';
import { Decoded } from '../../devices/decoded';
import { Register } from '../../devices/register';
import { useTrial } from '../../devices/useTrial';
import { useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { ErrorNote } from '../../ui/states';
import { useToast } from '../../ui/toast';
import { qualityTexts } from './texts';

interface LetterProps {
  readonly letter: DeadLetter;
  readonly onClose: () => void;
}

/** One dead letter: what came, why it was refused, and what becomes of it once it is put right. */
export function Letter({ letter, onClose }: LetterProps) {
  const t = useText(qualityTexts);
  const may = useMay('engineer');
  const [topic, setTopic] = useState(letter.topic);
  const [payload, setPayload] = useState(letter.payload);
  const encoding = letter.payloadEncoding;
  const work = useLetterWork(letter, { topic, payload }, onClose);
  const models = useRead('GET /api/v1/models', {}, { enabled: may });
  const [modelId, setModelId] = useState<string>();
  const { trial } = useTrial({ topic, payload: may ? payload : '', encoding, modelId });
  const source = trial?.sources[0];
  const kept = byteLength(letter.payload, encoding);
  const isCut = kept < letter.payloadBytes;
  return (
    <Dialog title={t.title} onClose={onClose}>
      <p class="note warning">
        <span>
          <strong>{t.reasons[letter.reason]}.</strong> <span lang="en">{letter.detail}</span>
        </span>
      </p>
      {isCut && <p>{t.cut(kept, letter.payloadBytes)}</p>}
      <Field label={t.topic}>
        <input
          class="mono"
          readOnly={!may}
          value={topic}
          spellcheck={false}
          onInput={(event) => setTopic(event.currentTarget.value)}
        />
      </Field>
      <Field label={encoding === 'base64' ? t.base64 : t.payload}>
        <textarea
          class="mono"
          rows={6}
          readOnly={!may}
          value={payload}
          spellcheck={false}
          onInput={(event) => setPayload(event.currentTarget.value)}
        />
      </Field>
      {!may && <p class="muted">{t.may}</p>}
      {source && (
        <div class="stack" aria-live="polite">
          <h3>{t.becomes}</h3>
          <Decoded source={source} />
        </div>
      )}
      {work.refused !== undefined && (
        <p class="note error" role="alert">
          <span>
            {t.still} {work.refused}
          </span>
        </p>
      )}
      {work.fault !== undefined && <ErrorNote error={work.fault} />}
      {may && trial && source && !source.registered && models.data && (
        <details>
          <summary>{t.register}</summary>
          <Register
            trial={trial}
            models={models.data.items}
            modelId={modelId}
            onModel={setModelId}
            onRegistered={() => void work.take()}
          />
        </details>
      )}
      {may && (
        <footer>
          <button type="button" class="button danger" disabled={work.isBusy} onClick={() => void work.discard()}>
            {t.discard}
          </button>
          <button type="button" class="button primary" disabled={work.isBusy} onClick={() => void work.take()}>
            {work.isCorrected ? t.retryCorrected : t.retry}
          </button>
        </footer>
      )}
    </Dialog>
  );
}

/** What can be done with a letter; it closes once it is gone. */
function useLetterWork(letter: DeadLetter, now: { topic: string; payload: string }, onDone: () => void) {
  const t = useText(qualityTexts);
  const say = useToast();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const [refused, setRefused] = useState<string>();
  const params = { deadLetterId: letter.id };
  const corrected = {
    ...(now.topic !== letter.topic && { topic: now.topic }),
    ...(now.payload !== letter.payload && { payload: now.payload }),
  };
  const isCorrected = Object.keys(corrected).length > 0;
  const run = async (work: () => Promise<string | undefined>) => {
    setBusy(true);
    setFault(undefined);
    setRefused(undefined);
    try {
      const said = await work();
      await queries.invalidateQueries();
      if (said === undefined) return;
      say(said);
      onDone();
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(false);
    }
  };
  const take = () =>
    run(async () => {
      const { stored, detail } = isCorrected
        ? await call('POST /api/v1/dead-letters/{deadLetterId}/correct', {
            params,
            body: { ...corrected, encoding: letter.payloadEncoding },
          })
        : await call('POST /api/v1/dead-letters/{deadLetterId}/retry', { params });
      if (!stored) setRefused(detail);
      return stored ? t.stored : undefined;
    });
  const discard = () =>
    run(async () => {
      await call('DELETE /api/v1/dead-letters/{deadLetterId}', { params });
      return t.discarded;
    });
  return { isBusy, fault, refused, isCorrected, take, discard };
}

function byteLength(payload: string, encoding: 'utf-8' | 'base64'): number {
  return encoding === 'base64' ? atob(payload).length : new TextEncoder().encode(payload).length;
}
