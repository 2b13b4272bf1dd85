import { type Duration, SECOND } from '../domain/time.ts';
import { within } from '../pipeline/within.ts';
import type { JobQueue } from '../ports/jobQueue.ts';

/** Why a trial ended that was running when Fettle stopped. */
export const CUT_OFF = 'it was cut off by a stop of Fettle; ask for it again';
const STOP_WITHIN: Duration = 2 * SECOND;

/** Takes trials out of a queue, one after the other. */
export class TrialQueue {
  readonly #queue: Pick<JobQueue, 'work' | 'add'>;
  #work: Promise<void> = Promise.resolve();

  constructor(queue: Pick<JobQueue, 'work' | 'add'>) {
    this.#queue = queue;
  }

  start(run: (id: string) => Promise<void>): Promise<void> {
    return this.#queue.work(({ id }) => {
      const running = run(id);
      this.#work = running.catch(() => undefined);
      return running;
    });
  }

  add(id: string): Promise<void> {
    return this.#queue.add(id);
  }

  /** Resolves when what runs has ended, which its caller has told to; at the latest after two seconds. */
  async ended(): Promise<void> {
    await within(AbortSignal.timeout(STOP_WITHIN), this.#work);
  }
}
