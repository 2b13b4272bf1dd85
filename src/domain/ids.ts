/**
 * Ids of assets, components, failure modes, metrics, rules, sites and devices are immutable. InfluxDB can't hold control
 * characters or a trailing backslash in a tag, so no id may have them, whatever the store.
 */
export const ID_FORM =
  '1 to 128 printable characters, without control characters, leading or trailing space, or a trailing backslash';

const UNPRINTABLE = /[\p{C}\u2028\u2029]/u;

export function isValidId(id: string): boolean {
  return id.length > 0 && id.length <= 128 && id.trim() === id && !UNPRINTABLE.test(id) && !id.endsWith('\\');
}

/** Stands for the asset as a whole where a component is asked for: silence, missing data. No component may use it. */
export const WHOLE_ASSET = 'asset';
