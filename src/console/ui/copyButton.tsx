import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Icon } from './icon';
import { useToast } from './toast';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied. */
  readonly name: string;
  /** Shows the word beside the icon. */
  readonly worded?: boolean;
}

/** Copies a text; nothing where the browser does not let pages copy. */
export function CopyButton({ text, name, worded = false }: CopyButtonProps) {
  const t = useText(commonTexts);
  const say = useToast();
  if (navigator.clipboard === undefined) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say(t.copied);
  };
  return (
    <button
      type="button"
      class={worded ? 'button' : 'button icon'}
      aria-label={`${t.copy}: ${name}`}
      onClick={() => void copy()}
    >
      <Icon name="copy" />
      {worded && t.copy}
    </button>
  );
}
