import type { Change, ChangeRepository } from '../../src/ports/changes.ts';

/** A log of changes in memory; its places are counts. */
export class ChangeLog implements ChangeRepository {
  readonly #ids: string[] = [];
  /** Places before it are not known any more. */
  forgotten = 0;
  /** What the next reading rejects with. */
  failure: Error | undefined;
  readings = 0;
  /** Called before each reading with how many there were. */
  onReading: (before: number) => void = () => undefined;

  add(...ids: string[]): void {
    this.#ids.push(...ids);
  }

  async place(): Promise<string> {
    this.#read();
    return String(this.#ids.length);
  }

  async since(place: string, limit: number, upTo?: string) {
    this.#read();
    const until = upTo ?? String(this.#ids.length);
    const from = Number(place);
    if (!(from >= this.forgotten) || Number(until) - from > limit) return undefined;
    const changes = this.#ids
      .slice(from, Number(until))
      .map(
        (id, at): Change => ({ kind: 'ticket', id, assetId: 'a1', body: { version: 1 }, place: `${from + at + 1}` }),
      );
    return { changes, place: until };
  }

  async prune(): Promise<void> {
    this.forgotten = this.#ids.length;
  }

  #read(): void {
    this.onReading(this.readings);
    this.readings += 1;
    if (this.failure) throw this.failure;
  }
}
