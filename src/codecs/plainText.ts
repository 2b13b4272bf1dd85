import { BARE_VALUE, type Codec } from './codec.ts';
import { Instant } from './instant.ts';
import { valueOfText } from './textValue.ts';
import { Unreadable } from './unreadable.ts';
import { textOf } from './utf8.ts';

/** Longer texts are no value. */
const MAX_TEXT = 256;

/**
 * One value as plain text, of the time of its receipt: a number with a decimal point, true, false, or a word. It has the
 * name `value`, for which the metric that the topic names stands, if it does.
 */
export function createPlainTextCodec(): Codec {
  return (payload, receivedAt) => {
    const text = textOf(payload);
    if (text instanceof Unreadable) return [text.refusal];
    const word = text.trim();
    if (word.length > MAX_TEXT) {
      return [{ reason: 'unexpected-shape', detail: `found ${word.length} characters; expected one value` }];
    }
    const values = { [BARE_VALUE]: valueOfText(word, '.') };
    return [{ time: new Instant(receivedAt), values, timeName: undefined }];
  };
}
