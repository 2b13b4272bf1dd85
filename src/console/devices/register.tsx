import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../api/client';
import type { Model } from '../api/types';
import { texts, useLocal, useText } from '../i18n';
import { Field } from '../ui/field';
import { ErrorNote } from '../ui/states';
import type { Trial } from './useTrial';

const registerTexts = texts(
  {
    none: 'The topic names no asset that could be registered.',
    id: 'Id',
    idHint: 'As in the topic; it never changes.',
    name: 'Name',
    site: 'Site',
    model: 'Model',
    create: 'Register it',
  },
  {
    none: '主题中没有可登记的设备。',
    id: '编号',
    idHint: '与主题中一致，以后不可更改。',
    name: '名称',
    site: '站点',
    model: '型号',
    create: '登记',
  },
);

interface RegisterProps {
  readonly trial: Trial;
  readonly models: readonly Model[];
  readonly modelId: string | undefined;
  readonly onModel: (modelId: string) => void;
  readonly onRegistered: (assetId: string) => void;
}

/** Makes the asset with one button; what was found in the message is filled in. */
export function Register({ trial, models, modelId, onModel, onRegistered }: RegisterProps) {
  const t = useText(registerTexts);
  const local = useLocal();
  const queries = useQueryClient();
  const suggested = trial.suggestedAsset;
  const [site, setSite] = useState<string>();
  const [name, setName] = useState<string>();
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  if (!suggested) return <p class="muted">{t.none}</p>;
  const chosen = modelId ?? trial.sources[0]?.modelId ?? trial.models[0]?.modelId ?? models[0]?.id ?? '';
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      const shown = (name ?? suggested.name).trim();
      const siteId = (site ?? suggested.siteId).trim();
      const body = { id: suggested.id, siteId, modelId: chosen, ...(shown && { name: shown }) };
      await call('POST /api/v1/assets', { body });
      onRegistered(suggested.id);
      await queries.invalidateQueries();
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <div class="grid register">
        <Field label={t.id} hint={t.idHint}>
          <input value={suggested.id} readOnly />
        </Field>
        <Field label={t.name}>
          <input value={name ?? suggested.name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label={t.site}>
          <input required value={site ?? suggested.siteId} onInput={(event) => setSite(event.currentTarget.value)} />
        </Field>
        <Field label={t.model}>
          <select value={chosen} onChange={(event) => onModel(event.currentTarget.value)}>
            {models.map((model) => (
              <option key={model.id} value={model.id}>
                {local(model.name)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {fault !== undefined && <ErrorNote error={fault} />}
      <div>
        <button type="submit" class="button primary" disabled={isBusy || chosen === ''}>
          {t.create}
        </button>
      </div>
    </form>
  );
}
