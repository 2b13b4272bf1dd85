import { seedOf, uniform } from '../random.ts';
import { DAY, HOUR } from '../time.ts';
import { type Item, isReplacement, type Reading } from './dataset.ts';

/** Readings that are shuffled among each other: far within the lateness that is assessed again. */
const CHUNK = 20;
const CHUNK_SPAN = DAY;
/** Share of readings that are sent a second time, up to so many items later. */
const DUPLICATES = 0.05;
const DUPLICATE_WITHIN = 50;
/** Held back, and what is sent before it. */
const BACKLOG = 6 * HOUR;
const BEFORE_BACKLOG = HOUR;

/**
 * The same readings as a bad line delivers them: of each asset chunks are shuffled, one reading in twenty comes twice,
 * and six hours are held back and come in one burst after the hour that follows. What lies before and after a
 * replacement stays there. The same seed gives the same order.
 */
export function disturb(items: readonly Item[], seed: number): Item[] {
  const result: Item[] = [...items];
  for (const [key, positions] of betweenReplacements(items)) {
    const readings = positions.map((position) => items[position] as Reading);
    const disturbed = holdBack(shuffleChunks(readings, seed ^ seedOf(`${key}|order`)), seed ^ seedOf(`${key}|backlog`));
    for (const [at, position] of positions.entries()) result[position] = disturbed[at]!;
  }
  return withDuplicates(result, seed);
}

/** Positions of the readings of each asset, split where a component of it was replaced. */
function betweenReplacements(items: readonly Item[]): Map<string, number[]> {
  const runs = new Map<string, number[]>();
  const replacements = new Map<string, number>();
  items.forEach((item, position) => {
    const count = replacements.get(item.asset) ?? 0;
    if (isReplacement(item)) {
      replacements.set(item.asset, count + 1);
      return;
    }
    const key = `${item.asset}|${count}`;
    const run = runs.get(key);
    if (run) run.push(position);
    else runs.set(key, [position]);
  });
  return runs;
}

function shuffleChunks(readings: readonly Reading[], seed: number): Reading[] {
  const result: Reading[] = [];
  let start = 0;
  while (start < readings.length) {
    let end = start + 1;
    while (end < readings.length && end - start < CHUNK && readings[end]!.time - readings[start]!.time < CHUNK_SPAN)
      end++;
    result.push(...shuffled(readings.slice(start, end), seed ^ start));
    start = end;
  }
  return result;
}

/** Fisher and Yates. */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  const result = [...values];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(uniform(seed, at) * (at + 1));
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}

/** Takes six hours, by the stamps, from somewhere in the readings and puts them after the hour that follows. */
function holdBack(readings: readonly Reading[], seed: number): Reading[] {
  if (readings.length === 0) return [];
  const from = readings[Math.floor(uniform(seed, 0) * readings.length)]!.time;
  const isHeld = ({ time }: Reading) => time >= from && time < from + BACKLOG;
  const isAfter = ({ time }: Reading) => time >= from + BACKLOG + BEFORE_BACKLOG;
  const held = readings.filter(isHeld);
  const rest = readings.filter((reading) => !isHeld(reading));
  const at = rest.findIndex(isAfter);
  return at === -1 ? [...rest, ...held] : [...rest.slice(0, at), ...held, ...rest.slice(at)];
}

function withDuplicates(items: readonly Item[], seed: number): Item[] {
  const due = new Map<number, Reading[]>();
  return items.flatMap((item, at) => {
    if (!isReplacement(item) && uniform(seed, at) < DUPLICATES) {
      const later = Math.min(items.length - 1, at + Math.floor(uniform(seed ^ 1, at) * DUPLICATE_WITHIN));
      due.set(later, [...(due.get(later) ?? []), item]);
    }
    return [item, ...(due.get(at) ?? [])];
  });
}
