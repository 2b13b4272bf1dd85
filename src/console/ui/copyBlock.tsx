import { CopyButton } from './copyButton';

/** Lines of code with a button that copies them; `name` is what they are. */
export function CopyBlock({ text, name }: { text: string; name: string }) {
  return (
    <div class="copy-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
      <section class="code-block" tabIndex={0} aria-label={name}>
        <code>{text.replace(/\n$/, '')}</code>
      </section>
      <CopyButton text={text} name={name} worded />
    </div>
  );
}
