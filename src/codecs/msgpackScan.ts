import type { Refusal } from './codec.ts';
import { MAX_DEPTH } from './nesting.ts';
import { OpenContainers } from './openContainers.ts';

/** What follows the first byte of an object: bytes of its length, bytes that are not counted by it, items per count. */
interface Form {
  readonly lengthBytes: 0 | 1 | 2 | 4;
  readonly fixed: number;
  readonly itemsPerCount: 0 | 1 | 2;
}

/** Bytes 0xc0 to 0xdf of the MessagePack specification; 0xc1 is never used. */
const FORMS: readonly (Form | undefined)[] = [
  plain(0),
  undefined,
  plain(0),
  plain(0),
  ...lengths([1, 2, 4], 0),
  ...lengths([1, 2, 4], 1),
  ...[4, 8].map(plain),
  ...[1, 2, 4, 8].map(plain),
  ...[1, 2, 4, 8].map(plain),
  ...[2, 3, 5, 9, 17].map(plain),
  ...lengths([1, 2, 4], 0),
  ...containers([2, 4], 1),
  ...containers([2, 4], 2),
];

const CUT_SHORT: Refusal = { reason: 'malformed', detail: 'not MessagePack: it declares more than the payload holds' };
const NOT_ONE: Refusal = { reason: 'malformed', detail: 'not MessagePack: bytes follow the first object' };
const NEVER_USED: Refusal = { reason: 'malformed', detail: 'not MessagePack: byte 0xc1' };
const TOO_DEEP: Refusal = { reason: 'too-deep', detail: `the MessagePack nests deeper than ${MAX_DEPTH} levels` };

/** Whether the payload is one whole object that nests no deeper than allowed: walks over its first bytes, makes nothing. */
export function checkMsgpack(payload: Buffer): Refusal | undefined {
  const open = new OpenContainers();
  let at = 0;
  do {
    if (at >= payload.length) return CUT_SHORT;
    const first = payload[at]!;
    const form = formOf(first);
    if (!form) return NEVER_USED;
    const { lengthBytes, fixed, itemsPerCount } = form;
    at += 1 + lengthBytes;
    if (at > payload.length) return CUT_SHORT;
    const count = lengthBytes === 0 ? shortCount(first) : payload.readUIntBE(at - lengthBytes, lengthBytes);
    const items = count * itemsPerCount;
    at += fixed + (itemsPerCount === 0 ? count : 0);
    if (at + items > payload.length) return CUT_SHORT;
    if (items === 0) open.complete();
    else if (!open.open(items)) return TOO_DEEP;
  } while (!open.isEmpty);
  return at < payload.length ? NOT_ONE : undefined;
}

const PLAIN = plain(0);
const SHORT_ARRAY = { ...PLAIN, itemsPerCount: 1 } as const;
const SHORT_MAP = { ...PLAIN, itemsPerCount: 2 } as const;

function formOf(first: number): Form | undefined {
  if (first < 0x80 || first >= 0xe0) return PLAIN;
  if (first < 0x90) return SHORT_MAP;
  if (first < 0xa0) return SHORT_ARRAY;
  return first < 0xc0 ? PLAIN : FORMS[first - 0xc0];
}

/** Of maps, arrays and texts whose count is in their first byte. */
function shortCount(first: number): number {
  if (first < 0x80 || first >= 0xc0) return 0;
  return first < 0xa0 ? first & 0x0f : first & 0x1f;
}

function plain(fixed: number): Form {
  return { lengthBytes: 0, fixed, itemsPerCount: 0 };
}

function lengths(sizes: readonly (1 | 2 | 4)[], fixed: number): Form[] {
  return sizes.map((lengthBytes) => ({ lengthBytes, fixed, itemsPerCount: 0 }));
}

function containers(sizes: readonly (2 | 4)[], itemsPerCount: 1 | 2): Form[] {
  return sizes.map((lengthBytes) => ({ lengthBytes, fixed: 0, itemsPerCount }));
}
