const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** Longer names match no pattern, so that none takes long to look at. */
const MAX_NAME = 256;

/** A name with stars stands for others: see {@link compileNamePattern}. */
export function isNamePattern(name: string): boolean {
  return name.includes('*');
}

/**
 * Whether names match a pattern, in which one star stands for anything within a level and two for anything at all; a
 * slash parts the levels. `Motor/+/Temperature`, with a star for the plus, is the temperature of every motor.
 */
export function compileNamePattern(pattern: string): (name: string) => boolean {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (!part.startsWith('*')) return part.replace(SPECIAL, '\\$&');
    return part.length === 1 ? '[^/]*' : '.*';
  });
  const expression = new RegExp(`^${parts.join('')}$`, 's');
  return (name) => name.length <= MAX_NAME && expression.test(name);
}
