import type { Timestamp } from '../domain/time.ts';
import type { Refusal } from './codec.ts';
import { type Instant, instantAfter, instantOfSeconds } from './instant.ts';
import { asPrefix, quote } from './text.ts';
import { Unreadable } from './unreadable.ts';

/** A record with the base fields applied, as RFC 8428, section 4.6, resolves it. */
export interface ResolvedRecord {
  readonly name: string;
  readonly unit: string | undefined;
  readonly time: Instant;
  /** As it was sent, or the sum with the base value; undefined where there is only a sum. */
  readonly value: unknown;
  /** The integral over time. */
  readonly sum: unknown;
}

/** Records by the names of the fields in JSON. */
type Fields = Readonly<Record<string, unknown>>;

/** Seconds below this count from now (RFC 8428, section 4.5.3). */
const RELATIVE_BELOW = 2 ** 28;

/** RFC 8428, and with the feature of RFC 9100: secondary units. */
const VERSION = 10;
const VERSION_WITH_SECONDARY_UNITS = VERSION + 2 ** 4;

const TEXTS = ['bn', 'n', 'bu', 'u'] as const;
const NUMBERS = ['bt', 't', 'bver'] as const;

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: unknown;
  sum: unknown;
}

/**
 * The records of a pack, each standing for itself; a refusal in the place of one that has no name or no value.
 * {@link Unreadable}, as the whole pack is, where a field has the wrong type, the version is unknown, or a field that
 * ends in `_`, and must therefore be understood, is not.
 */
export function resolvePack(pack: unknown, receivedAt: Timestamp): (ResolvedRecord | Refusal)[] | Unreadable {
  if (!Array.isArray(pack) || pack.length === 0) {
    return new Unreadable('unexpected-shape', `found ${quote(pack)}; expected an array of SenML records (RFC 8428)`);
  }
  const base: Base = { name: '', time: 0, unit: undefined, value: undefined, sum: undefined };
  const resolved: (ResolvedRecord | Refusal)[] = [];
  for (const record of pack as readonly unknown[]) {
    if (!isRecord(record)) return new Unreadable('unexpected-shape', `found ${quote(record)}; expected a SenML record`);
    const flaw = flawOf(record);
    if (flaw !== undefined) return new Unreadable('unexpected-shape', flaw);
    takeBase(base, record);
    const found = resolveRecord(base, record, receivedAt);
    if (found) resolved.push(found);
  }
  if (resolved.length === 0) return new Unreadable('unexpected-shape', 'the pack holds base fields only');
  return resolved;
}

function isRecord(record: unknown): record is Fields {
  return typeof record === 'object' && record !== null && Object.getPrototypeOf(record) === Object.prototype;
}

function flawOf(record: Fields): string | undefined {
  for (const key in record) {
    if (key.endsWith('_')) return `field ${quote(key)} must be understood and is not`;
  }
  for (const key of TEXTS) {
    if (record[key] !== undefined && typeof record[key] !== 'string') return wrongType(record, key, 'a text');
  }
  for (const key of NUMBERS) {
    if (record[key] !== undefined && typeof record[key] !== 'number') return wrongType(record, key, 'a number');
  }
  const { bver } = record;
  const isKnown = bver === undefined || (bver as number) <= VERSION || bver === VERSION_WITH_SECONDARY_UNITS;
  return isKnown ? undefined : `SenML version ${quote(bver)} is not known; known are those up to 10, and 26`;
}

function wrongType(record: Fields, key: string, expected: string): string {
  return `field ${key} is ${quote(record[key])}; expected ${expected}`;
}

function takeBase(base: Base, { bn, bt, bu, bv, bs }: Fields): void {
  if (bn !== undefined) base.name = asPrefix(bn as string);
  if (bt !== undefined) base.time = bt as number;
  if (bu !== undefined) base.unit = bu as string;
  if (bv !== undefined) base.value = bv;
  if (bs !== undefined) base.sum = bs;
}

/** Undefined for a record that only sets base fields. */
function resolveRecord(base: Base, record: Fields, receivedAt: Timestamp): ResolvedRecord | Refusal | undefined {
  const { n = '', u, t = 0, v, vs, vb, vd, s } = record;
  const text = vs ?? vb ?? (vd === undefined ? undefined : bytesOf(vd));
  const hasValue = v !== undefined || text !== undefined || s !== undefined;
  if (!hasValue && n === '' && u === undefined && t === 0) return undefined;
  const name = base.name + (n as string);
  if (name === '') return { reason: 'unexpected-shape', detail: 'a record without a name, and no base name before it' };
  if (!hasValue)
    return { reason: 'unexpected-shape', detail: `record ${quote(name)} has no value: none of v, vs, vb, s` };
  return {
    name,
    unit: (u ?? base.unit) as string | undefined,
    time: timeOf(base.time + (t as number), receivedAt),
    value: v === undefined ? text : added(base.value, v),
    sum: s === undefined ? undefined : added(base.sum, s),
  };
}

function added(base: unknown, value: unknown): unknown {
  return typeof base === 'number' && typeof value === 'number' ? base + value : value;
}

function timeOf(seconds: number, receivedAt: Timestamp): Instant {
  return seconds < RELATIVE_BELOW ? instantAfter(receivedAt, seconds) : instantOfSeconds(seconds);
}

/** Octets come as base64 in JSON; they are no telemetry, whatever they hold. */
function bytesOf(data: unknown): unknown {
  return typeof data === 'string' ? Buffer.from(data, 'base64url') : data;
}
