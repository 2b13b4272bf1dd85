import type { Log } from './log.ts';

/** What was opened, to be closed in the opposite order. A part that fails to close does not keep the others open. */
export class Teardown {
  readonly #steps: { readonly name: string; readonly close: () => Promise<void> }[] = [];
  readonly #log: Log;
  #begun = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What is opened once the closing has begun is closed at once; throws then, so that nothing more is opened. */
  add(name: string, close: () => Promise<void>): void {
    if (this.#begun) {
      void this.#close(name, close);
      throw new Error(`the ${name} was opened while everything is closed`);
    }
    this.#steps.push({ name, close });
  }

  async run(): Promise<void> {
    this.#begun = true;
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await this.#close(step.name, step.close);
  }

  async #close(name: string, close: () => Promise<void>): Promise<void> {
    try {
      await close();
    } catch (error) {
      this.#log.error({ err: error, part: name }, 'closing a part failed');
    }
  }
}
