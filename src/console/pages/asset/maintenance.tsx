import { useState } from 'preact/hooks';
import type { AssetEvent } from '../../api/types';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { ErrorNote } from '../../ui/states';
import { fromLocalInput } from '../ticket/localInput';
import { assetTexts } from './text';
import { useEvent } from './useEvent';

interface MaintenanceProps {
  readonly assetId: string;
  readonly inMaintenance: boolean;
  readonly events: readonly AssetEvent[];
}

/** Begins maintenance, or ends one that was left open; one with an end is over by itself. */
export function Maintenance({ assetId, inMaintenance, events }: MaintenanceProps) {
  const t = useText(assetTexts);
  const [asking, ask] = useState(false);
  const ending = useEvent(assetId, t.started, () => undefined);
  const latest = events.filter((event) => event.type === 'maintenance').at(-1);
  if (inMaintenance && latest?.until !== undefined) return null;
  const end = () => {
    const now = Date.now();
    ending.mutate({ type: 'maintenance', at: new Date(now).toISOString(), until: new Date(now + 1).toISOString() });
  };
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={ending.isPending}
        onClick={() => (inMaintenance ? end() : ask(true))}
      >
        <Icon name="wrench" />
        {inMaintenance ? t.endMaintenance : t.startMaintenance}
      </button>
      {ending.error && <ErrorNote error={ending.error} />}
      {asking && <StartDialog assetId={assetId} onClose={() => ask(false)} />}
    </>
  );
}

function StartDialog({ assetId, onClose }: { assetId: string; onClose: () => void }) {
  const t = useText(assetTexts);
  const common = useText(commonTexts);
  const starting = useEvent(assetId, t.started, onClose);
  const [until, setUntil] = useState('');
  const [note, setNote] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    starting.mutate({
      type: 'maintenance',
      at: new Date().toISOString(),
      ...(until !== '' && { until: fromLocalInput(until) }),
      ...(note.trim() !== '' && { note: note.trim() }),
    });
  };
  return (
    <Dialog title={t.startMaintenance} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <p class="muted">{t.maintenanceHint}</p>
        <Field label={t.untilOptional}>
          <input type="datetime-local" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
        </Field>
        <Field label={t.note}>
          <textarea maxLength={2000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        {starting.error && <ErrorNote error={starting.error} />}
        <footer>
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button type="submit" class="button primary" disabled={starting.isPending}>
            {t.startMaintenance}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
