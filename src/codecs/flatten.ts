import { isObject, type Values } from './objects.ts';

/**
 * What is nested under a longer name stays as it is: names grow with the depth, and a payload of a megabyte could ask
 * for gigabytes of them.
 */
const MAX_NAME = 256;

/**
 * Nested objects and arrays as values with dotted names: `{"a": {"b": [1, 2]}}` has `a.b.0` and `a.b.1`. Of names that
 * come twice the last counts.
 */
export function flatten(values: Values, prefix = '', into: Record<string, unknown> = Object.create(null)): Values {
  for (const key of Object.keys(values)) {
    const name = prefix + key;
    const value = values[key];
    if ((isObject(value) || Array.isArray(value)) && name.length <= MAX_NAME)
      flatten(value as Values, `${name}.`, into);
    else into[name] = value;
  }
  return into;
}
