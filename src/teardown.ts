import type { Log } from './log.ts';

/** What was opened, to be closed in the opposite order. A part that fails to close does not keep the others open. */
export class Teardown {
  readonly #steps: { readonly name: string; readonly close: () => Promise<void> }[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, close: () => Promise<void>): void {
    this.#steps.push({ name, close });
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step.close();
      } catch (error) {
        this.#log.error({ err: error, part: step.name }, 'closing a part failed');
      }
    }
  }
}
