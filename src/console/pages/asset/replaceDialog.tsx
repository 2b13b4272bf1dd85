import { useState } from 'preact/hooks';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { ErrorNote } from '../../ui/states';
import { fromLocalInput, toLocalInput } from '../ticket/localInput';
import { assetTexts } from './text';
import { useEvent } from './useEvent';

const REMOVED = ['', 'failed', 'worn', 'sound'] as const;

interface ReplaceProps {
  readonly assetId: string;
  readonly component: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

/** Says that a part was replaced: its life begins anew. */
export function ReplaceDialog({ assetId, component, onClose }: ReplaceProps) {
  const t = useText(assetTexts);
  const common = useText(commonTexts);
  const adding = useEvent(assetId, t.replaced, onClose);
  const [at, setAt] = useState(() => toLocalInput(new Date().toISOString()));
  const [reading, setReading] = useState('');
  const [serial, setSerial] = useState('');
  const [removed, setRemoved] = useState<(typeof REMOVED)[number]>('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    adding.mutate({
      type: 'component-replaced',
      componentId: component.id,
      at: fromLocalInput(at),
      ...(reading !== '' && { reading: Number(reading) }),
      ...(serial.trim() !== '' && { serial: serial.trim() }),
      ...(removed !== '' && { removed }),
    });
  };
  return (
    <Dialog title={t.replaceTitle(component.name)} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <Field label={t.replacedAt}>
          <input type="datetime-local" required value={at} onInput={(event) => setAt(event.currentTarget.value)} />
        </Field>
        <Field label={t.reading}>
          <input type="number" step="any" value={reading} onInput={(event) => setReading(event.currentTarget.value)} />
        </Field>
        <Field label={t.newSerial}>
          <input type="text" maxLength={500} value={serial} onInput={(event) => setSerial(event.currentTarget.value)} />
        </Field>
        <Field label={t.removed}>
          <select
            value={removed}
            onChange={(event) => setRemoved(REMOVED.find((one) => one === event.currentTarget.value) ?? '')}
          >
            {REMOVED.map((one) => (
              <option key={one} value={one}>
                {t.removedAs[one]}
              </option>
            ))}
          </select>
        </Field>
        {adding.error && <ErrorNote error={adding.error} />}
        <footer>
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button type="submit" class="button primary" disabled={adding.isPending}>
            {t.replace}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
