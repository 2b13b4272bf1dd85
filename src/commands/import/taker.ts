import { setTimeout as sleep } from 'node:timers/promises';
import type { PastBatch, PastTaken } from '../../domain/past.ts';
import { type Duration, MINUTE, SECOND } from '../../domain/time.ts';
import { CommandError } from '../commandError.ts';

/** Where history goes: to a Fettle that runs, or into its data. */
export interface HistoryTaker {
  /** Short, the same for the same data. */
  readonly place: string;
  /** Resolves when what is not refused is durable, or with why it is to be brought again. */
  take(batch: PastBatch): Promise<PastTaken | { readonly later: string }>;
  /** What would become of it. */
  try(batch: PastBatch): Promise<PastTaken>;
  close(): Promise<void>;
}

const FIRST_PAUSE: Duration = SECOND / 2;
const LONGEST_PAUSE: Duration = 10 * SECOND;
/** Longer than a restart, or a store that catches up. */
const PATIENCE: Duration = 15 * MINUTE;

/** Brings a batch until it is taken. */
export async function takeUntilDone(
  taker: HistoryTaker,
  batch: PastBatch,
  { signal, waiting }: { readonly signal: AbortSignal; readonly waiting: (why: string) => void },
): Promise<PastTaken> {
  const since = performance.now();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const answer = await taker.take(batch);
    if (!('later' in answer)) return answer;
    if (performance.now() - since > PATIENCE) throw new CommandError(`given up: ${answer.later}`);
    waiting(answer.later);
    await sleep(pause, undefined, { signal });
  }
}
