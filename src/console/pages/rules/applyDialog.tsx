import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { ErrorNote } from '../../ui/states';
import { useToast } from '../../ui/toast';
import { rulesTexts } from './texts';

interface NoteDialogProps {
  readonly title: string;
  readonly hint: string;
  readonly action: string;
  readonly onClose: () => void;
  /** Does it; what it rejects with is shown. */
  readonly act: (note: { note?: string }) => Promise<void>;
}

/** Asks why, does it, and stays open where it could not be done. */
export function NoteDialog({ title, hint, action, onClose, act }: NoteDialogProps) {
  const t = useText(rulesTexts);
  const common = useText(commonTexts);
  const [note, setNote] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await act(note.trim() === '' ? {} : { note: note.trim() });
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <p class="muted">{hint}</p>
        <Field label={t.note}>
          <textarea value={note} maxLength={2000} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        {failure !== undefined && <ErrorNote error={failure} />}
        <footer>
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button type="submit" class="button primary" disabled={isBusy}>
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface ApplyDialogProps {
  readonly modelId: string;
  readonly yaml: string;
  readonly basedOn: number;
  readonly onClose: () => void;
  readonly onApplied: () => void;
}

/** Puts a text in force, with a note. */
export function ApplyDialog({ modelId, yaml, basedOn, onClose, onApplied }: ApplyDialogProps) {
  const t = useText(rulesTexts);
  const say = useToast();
  return (
    <NoteDialog
      title={t.applyTitle}
      hint={t.applyHint}
      action={t.applyNow}
      onClose={onClose}
      act={async (note) => {
        const body = { yaml, basedOn, ...note };
        const { version } = await call('PUT /api/v1/models/{modelId}/yaml', { params: { modelId }, body });
        say(t.applied(version));
        onApplied();
      }}
    />
  );
}
