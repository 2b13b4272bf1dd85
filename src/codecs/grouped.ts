import type { Quality } from '../domain/sample.ts';
import type { Reading } from './codec.ts';

interface Group {
  readonly time: unknown;
  readonly quality: Quality;
  readonly values: Record<string, unknown>;
}

/** Collects values that each have a time and a quality of their own into as few readings as that takes. */
export class Grouped {
  readonly #groups = new Map<string, Group>();

  add(name: string, value: unknown, time: unknown, quality: Quality = 0): void {
    // What is an object is no time, whichever it is.
    const key = typeof time === 'object' ? String(quality) : `${quality} ${typeof time} ${String(time)}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = { time, quality, values: Object.create(null) as Record<string, unknown> };
      this.#groups.set(key, group);
    }
    group.values[name] = value;
  }

  /** In the order of their first values; `more` is of each of them. */
  readings(more: Pick<Reading, 'subject'> = {}): Reading[] {
    return [...this.#groups.values()].map(({ time, quality, values }) => ({
      time,
      values,
      timeName: undefined,
      ...(quality !== 0 && { quality }),
      ...more,
    }));
  }
}
