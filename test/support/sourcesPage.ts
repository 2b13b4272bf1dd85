import { readFileSync } from 'node:fs';

/** A source of docs/sources.md, and what a message on a topic holds, where there is one beside it. */
interface Sample {
  readonly heading: string;
  readonly yaml: string;
  readonly topic: string | undefined;
  readonly payload: Buffer | undefined;
}

const SAMPLE = /^```yaml\n([\s\S]*?)^```\n(?:\n[^\n]* on `([^`]+)`[^\n]*:\n\n```(\w+)\n([\s\S]*?)^```)?/gm;

export const SAMPLES: readonly Sample[] = readFileSync('docs/sources.md', 'utf8')
  .split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    [...section.matchAll(SAMPLE)].map(([, yaml, topic, form, payload]) => ({
      heading: section.split('\n')[0]!,
      yaml: yaml!,
      topic,
      payload: payload === undefined ? undefined : bytesOf(form!, payload),
    })),
  );

function bytesOf(form: string, text: string): Buffer {
  if (form === 'hex') return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
  return form === 'base64' ? Buffer.from(text, 'base64') : Buffer.from(text);
}
