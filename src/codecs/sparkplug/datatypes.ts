import { DataSet, Template, type WireValue } from './payload.ts';

/** Datatypes of metrics (Sparkplug 3.0.0, 6.4.16); those from 22 on are arrays. */
const DATATYPES = {
  unknown: 0,
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  float: 9,
  double: 10,
  boolean: 11,
  dateTime: 13,
} as const;

/** Bits of the signed integers, which travel in unsigned fields. */
const SIGNED_BITS: Readonly<Record<number, number>> = {
  [DATATYPES.int8]: 8,
  [DATATYPES.int16]: 16,
  [DATATYPES.int32]: 32,
  [DATATYPES.int64]: 64,
};

/** What a metric can be for Fettle. */
export type Scalar = number | boolean | string;

/**
 * The value that was meant. Signed integers come as two's complement in an unsigned field, be it as wide as the type
 * or as the field: -1 of an Int8 is 255 or 4294967295. Integers beyond 2^53 are rounded to the nearest double.
 * Undefined where the datatype is not known and the sign can't be told; a text in brackets for what is no single value.
 */
export function scalarOf(value: WireValue, datatype: number): Scalar | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return numberOf(value, datatype);
  if (typeof value === 'object') return describe(value);
  return value;
}

function numberOf(value: number | bigint, datatype: number): number | boolean | undefined {
  if (datatype === DATATYPES.boolean) return Number(value) !== 0;
  if (datatype === DATATYPES.unknown) return withoutType(value);
  const bits = SIGNED_BITS[datatype];
  if (bits === undefined) return Number(value);
  if (typeof value === 'bigint') return Number(BigInt.asIntN(bits, value));
  if (!Number.isInteger(value) || bits === 64) return value;
  return (value << (32 - bits)) >> (32 - bits);
}

/** A fraction or a small number is the same whatever the type. */
function withoutType(value: number | bigint): number | undefined {
  if (typeof value === 'bigint') return value < 0x8000_0000_0000_0000n ? Number(value) : undefined;
  const isAmbiguous = Number.isInteger(value) && value > 0x7fff_ffff && value <= 0xffff_ffff;
  return isAmbiguous ? undefined : value;
}

function describe(value: Uint8Array | DataSet | Template): string {
  if (value instanceof DataSet) return `(a dataset of ${value.rows.length} rows)`;
  if (value instanceof Template) return '(a template)';
  return `(${value.length} bytes)`;
}
