import type { Timestamp } from '../domain/time.ts';
import type { Codec, Reading, Refusal } from './codec.ts';
import { parseJson } from './json.ts';
import { quote } from './text.ts';
import { Unreadable } from './unreadable.ts';

type Items = readonly (Reading | Refusal)[];

/** A codec of JSON in a product's own shape; `read` never throws. */
export function jsonReader(read: (parsed: unknown, receivedAt: Timestamp) => Items): Codec {
  return (payload, receivedAt) => {
    const parsed = parseJson(payload);
    return parsed instanceof Unreadable ? [parsed.refusal] : read(parsed, receivedAt);
  };
}

/** So many things in one payload that are not what they should be are told one by one. */
const TOLD = 8;

/** Reads each item of a list; where many can't be read, the last refusal stands for the rest of them. */
export function readEach(items: readonly unknown[], read: (item: unknown) => Items): Items {
  const all: (Reading | Refusal)[] = [];
  let refused = 0;
  for (const item of items) {
    for (const one of read(item)) {
      if (!('reason' in one) || ++refused <= TOLD) all.push(one);
    }
  }
  if (refused > TOLD) all.push({ reason: 'unexpected-shape', detail: `${refused - TOLD} more items can't be read` });
  return all;
}

/** `expected` is a sample of the shape. */
export function shapeOf(expected: string): (found: unknown) => Refusal {
  return (found) => ({ reason: 'unexpected-shape', detail: `found ${quote(found)}; expected ${expected}` });
}
