import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Dialog } from '../../ui/dialog';
import { ErrorNote } from '../../ui/states';

interface SureProps {
  /** What is to be done; the button says it too. */
  readonly title: string;
  /** What comes of it. */
  readonly text: string;
  readonly error: unknown;
  readonly busy: boolean;
  readonly danger?: boolean;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that others notice. */
export function Sure({ title, text, error, busy, danger = false, onYes, onClose }: SureProps) {
  const common = useText(commonTexts);
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {error !== null && error !== undefined && <ErrorNote error={error} />}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {common.cancel}
        </button>
        <button type="button" class={`button ${danger ? 'danger' : 'primary'}`} disabled={busy} onClick={onYes}>
          {title}
        </button>
      </footer>
    </Dialog>
  );
}
