import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import type { Key, NewKey } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { DataTable } from '../../ui/dataTable';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { ErrorNote, Loaded } from '../../ui/states';
import { useToast } from '../../ui/toast';
import { Sure } from './sure';
import { systemTexts } from './text';

const KEYS = 'GET /api/v1/keys';

/** Who may call the API: made and revoked by administrators. */
export function Keys() {
  const t = useText(systemTexts);
  const common = useText(commonTexts);
  const format = useFormat();
  const keys = useRead(KEYS, { query: { limit: 500 } });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  return (
    <div class="stack">
      <div class="row spread">
        <p class="muted">{t.keysAbout}</p>
        <button type="button" class="button primary" onClick={() => setMaking(true)}>
          {t.makeKey}
        </button>
      </div>
      <Loaded query={keys}>
        {({ items }) => (
          <DataTable
            label={t.tabs.keys}
            class="system-table"
            columns={[
              { name: t.name },
              { name: t.role },
              { name: t.made, class: 'wide' },
              { name: t.acts, isHidden: true },
            ]}
          >
            {items.map((key) => (
              <tr key={key.name}>
                <td>{key.name}</td>
                <td>
                  {common.role[key.role]}
                  {key.sourceId && ` · ${key.sourceId}`}
                </td>
                <td class="wide">{format.dateTime(key.createdAt)}</td>
                <td class="numeric">
                  <button
                    type="button"
                    class="button danger"
                    aria-label={t.revoke(key.name)}
                    onClick={() => setRevoking(key)}
                  >
                    {t.revokeShort}
                  </button>
                </td>
              </tr>
            ))}
          </DataTable>
        )}
      </Loaded>
      {making && <MakeKey onClose={() => setMaking(false)} />}
      {revoking && <RevokeKey name={revoking.name} onClose={() => setRevoking(undefined)} />}
    </div>
  );
}

const ROLES = ['viewer', 'agent', 'engineer', 'admin', 'device'] as const;

function MakeKey({ onClose }: { onClose: () => void }) {
  const t = useText(systemTexts);
  const common = useText(commonTexts);
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('viewer');
  const installation = useRead('GET /api/v1/installation', {});
  const sources = installation.data?.sources ?? [];
  const [chosen, setChosen] = useState<string>();
  const sourceId = role === 'device' ? (chosen ?? sources[0]?.id) : undefined;
  const making = useMutation({
    mutationFn: () => call('POST /api/v1/keys', { body: { name: name.trim(), role, ...(sourceId && { sourceId }) } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [KEYS] }),
  });
  if (making.data) return <ShownOnce made={making.data} onClose={onClose} />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <Dialog title={t.makeKey} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <Field label={t.name} hint={t.nameHint}>
          <input required maxLength={128} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label={t.role}>
          <select value={role} onChange={(event) => setRole(event.currentTarget.value as typeof role)}>
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {common.role[one]}
              </option>
            ))}
          </select>
        </Field>
        {role === 'device' && (
          <Field label={t.source} hint={t.sourceHint}>
            <select required value={sourceId} onChange={(event) => setChosen(event.currentTarget.value)}>
              {sources.map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </Field>
        )}
        {making.error && <ErrorNote error={making.error} />}
        <footer>
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button type="submit" class="button primary" disabled={making.isPending || (role === 'device' && !sourceId)}>
            {t.makeKey}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function ShownOnce({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const t = useText(systemTexts);
  const common = useText(commonTexts);
  const toast = useToast();
  const copy = async () => {
    await navigator.clipboard.writeText(made.key);
    toast(common.copied);
  };
  return (
    <Dialog title={t.newKey(made.name)} onClose={onClose}>
      <p class="note warning">{t.newKeyOnce}</p>
      <code class="new-key">{made.key}</code>
      {made.sourceId && (
        <p class="post-to">
          {t.postTo} <code>{`${location.origin}/api/v1/telemetry/${encodeURIComponent(made.sourceId)}`}</code>
        </p>
      )}
      <footer>
        {/* Browsers give the clipboard to pages over TLS and on this machine alone. */}
        {navigator.clipboard && (
          <button type="button" class="button" onClick={() => void copy()}>
            <Icon name="copy" />
            {common.copy}
          </button>
        )}
        <button type="button" class="button primary" onClick={onClose}>
          {common.close}
        </button>
      </footer>
    </Dialog>
  );
}

function RevokeKey({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useText(systemTexts);
  const queries = useQueryClient();
  const toast = useToast();
  const revoking = useMutation({
    mutationFn: () => call('DELETE /api/v1/keys/{name}', { params: { name } }),
    onSuccess: () => {
      toast(t.revoked(name));
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [KEYS] }),
  });
  return (
    <Sure
      danger
      title={t.revoke(name)}
      text={t.revokeSure}
      error={revoking.error}
      busy={revoking.isPending}
      onYes={() => revoking.mutate()}
      onClose={onClose}
    />
  );
}
