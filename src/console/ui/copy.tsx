import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Icon } from './icon';
import { useToast } from './toast';

/** A line of code with a button that copies it, where the browser lets pages copy; `name` is what it is. */
export function CopyLine({ text, name }: { text: string; name: string }) {
  const t = useText(commonTexts);
  const say = useToast();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say(t.copied);
  };
  return (
    <div class="copy-line">
      <code>{text}</code>
      {navigator.clipboard !== undefined && (
        <button type="button" class="button icon" aria-label={`${t.copy}: ${name}`} onClick={() => void copy()}>
          <Icon name="copy" />
        </button>
      )}
    </div>
  );
}
