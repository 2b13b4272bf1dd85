/** Named values, as parsed from a payload. */
export type Values = Readonly<Record<string, unknown>>;

/** A plain object: neither an array nor a time, bytes or whatever else binary formats know. */
export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
