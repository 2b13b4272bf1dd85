import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Icon } from './icon';
import { useToast } from './toast';

/** Lines of code with a button that copies them, where the browser lets pages copy; `name` is what they are. */
export function CopyBlock({ text, name }: { text: string; name: string }) {
  const t = useText(commonTexts);
  const say = useToast();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say(t.copied);
  };
  return (
    <div class="copy-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
      <section class="code-block" tabIndex={0} aria-label={name}>
        <code>{text.replace(/\n$/, '')}</code>
      </section>
      {navigator.clipboard !== undefined && (
        <button type="button" class="button" aria-label={`${t.copy}: ${name}`} onClick={() => void copy()}>
          <Icon name="copy" />
          {t.copy}
        </button>
      )}
    </div>
  );
}
