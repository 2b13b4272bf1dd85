import { type DecodeOptions, decode, type TagDecoder, type Token, Tokenizer, Type } from 'cborg';
import { Instant, instantOfSeconds } from './instant.ts';
import { parseIso } from './isoTime.ts';
import { MAX_DEPTH } from './nesting.ts';
import { OpenContainers } from './openContainers.ts';
import { printable } from './text.ts';
import { Unreadable } from './unreadable.ts';

/**
 * The value of a CBOR item (RFC 8949), or {@link Unreadable}: `malformed`, `too-deep`, `unexpected-shape`. Maps become
 * plain objects, with whole numbers among their keys as decimals; integers beyond 2^53, bignums and decimal fractions
 * the nearest double; tagged times (0, 1) an {@link Instant}; byte strings stay bytes. Other tags are refused.
 */
export function parseCbor(payload: Buffer): unknown {
  const tokenizer = new BoundedTokenizer(payload, OPTIONS);
  try {
    return plain(decode(payload, { ...OPTIONS, tokenizer }));
  } catch (error) {
    if (error instanceof Unreadable) return error;
    return new Unreadable('malformed', `not CBOR: ${printable((error as Error).message, 120)}`);
  }
}

/** The library descends by recursion: what would go too deep is stopped before it is entered. */
class BoundedTokenizer extends Tokenizer {
  readonly #open = new OpenContainers();

  override next(): Token {
    const token = super.next();
    const children = childrenOf(token);
    if (children > 0) this.#enter(children);
    else if (Type.equals(token.type, Type.break)) this.#open.close();
    else this.#open.complete();
    return token;
  }

  #enter(children: number): void {
    if (this.#open.open(children)) return;
    throw new Unreadable('too-deep', `the CBOR nests deeper than ${MAX_DEPTH} levels`);
  }
}

function childrenOf({ type, value }: Token): number {
  if (Type.equals(type, Type.array)) return value as number;
  if (Type.equals(type, Type.map)) return 2 * (value as number);
  return Type.equals(type, Type.tag) ? 1 : 0;
}

const taggedText: TagDecoder = (content) => {
  const text = content();
  const time = typeof text === 'string' ? parseIso(text, undefined) : undefined;
  return typeof time === 'number' ? new Instant(time) : text;
};

const taggedEpoch: TagDecoder = (content) => instantOfSeconds(Number(content()));

/** By doubles, since big integers of a megabyte would take minutes. */
function bignum(sign: 1 | -1): TagDecoder {
  return (content) => {
    const bytes = content();
    if (!(bytes instanceof Uint8Array)) throw new Error('a bignum that is no byte string');
    const size = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    return sign === 1 ? size : -1 - size;
  };
}

const decimalFraction: TagDecoder = (content) => {
  const parts = content();
  if (!Array.isArray(parts) || parts.length !== 2) throw new Error('a decimal fraction that is no pair');
  const [exponent, mantissa] = parts.map(Number) as [number, number];
  // Text is rounded once; a product of powers would be twice.
  return Number(`${mantissa}e${exponent}`);
};

const OPTIONS: DecodeOptions = {
  allowBigInt: true,
  useMaps: true,
  tags: {
    0: taggedText,
    1: taggedEpoch,
    2: bignum(1),
    3: bignum(-1),
    4: decimalFraction,
    // Only says that it is CBOR.
    55799: (content) => content(),
  },
};

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries(Array.from(value, ([key, item]) => [keyOf(key), plain(item)]));
}

function keyOf(key: unknown): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'bigint') return String(key);
  throw new Unreadable('unexpected-shape', 'a map has a key that is neither a text nor a number');
}
