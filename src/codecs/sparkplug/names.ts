/**
 * Longest name of a metric, with the names that it is within. What is longer is refused: members share the name of their
 * template, so that a payload of a megabyte could ask for gigabytes of names.
 */
export const MAX_NAME = 256;

/** Parts the names within a template, and of the columns of a dataset. */
const PART = '/';

/** A text of the payload, of which no more is kept than tells that it is too long. */
export function bounded(text: string, limit = MAX_NAME): string {
  // A slice would hold on to the whole text.
  return text.length > limit ? Buffer.from(text.slice(0, limit + 1)).toString() : text;
}

/** The name of what stands within something else; bounded, as its parts have to be. */
export function within(name: string, part: string): string {
  return bounded(name + PART + part);
}
