import { CopyButton } from './copyButton';

/** A line of code with a button that copies it; `name` is what it is. */
export function CopyLine({ text, name }: { text: string; name: string }) {
  return (
    <div class="copy-line">
      <code>{text}</code>
      <CopyButton text={text} name={name} />
    </div>
  );
}
