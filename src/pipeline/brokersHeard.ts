import type { Database } from '../ports/database.ts';
import type { Tracked } from './tracked.ts';

/**
 * Remembers through which of several brokers each asset was last heard. It is saved now and then: what a crash forgets
 * comes with the next message.
 */
export class BrokersHeard {
  readonly #storms: Pick<Database['storms'], 'heardThrough'>;
  readonly #last = new WeakMap<Tracked, string>();
  #unsaved = new Map<string, string>();

  constructor({ storms }: { readonly storms: Pick<Database['storms'], 'heardThrough'> }) {
    this.#storms = storms;
  }

  hear(tracked: Tracked, brokerId: string): void {
    if (this.#last.get(tracked) === brokerId) return;
    this.#last.set(tracked, brokerId);
    this.#unsaved.set(tracked.asset.id, brokerId);
  }

  /** Saves what has changed; what could not be saved is saved the next time. */
  async save(): Promise<void> {
    if (this.#unsaved.size === 0) return;
    const saving = this.#unsaved;
    this.#unsaved = new Map();
    try {
      await this.#storms.heardThrough(saving);
    } catch (error) {
      this.#unsaved = new Map([...saving, ...this.#unsaved]);
      throw error;
    }
  }
}
