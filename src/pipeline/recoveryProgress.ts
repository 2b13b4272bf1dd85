import { type Duration, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';

/** How far recovery is; read by /readyz and the metrics. */
export interface RecoveryProgress {
  assets: number;
  /** Read out of the store so far. */
  samples: number;
  /** Assets whose state is not up to the store yet. */
  behind: number;
  /** Why nothing can be read just now, in words. */
  waitsFor: string | undefined;
  /** How long it took; 0 until it is done. */
  duration: Duration;
  done: boolean;
}

export function newProgress(): RecoveryProgress {
  return { assets: 0, samples: 0, behind: 0, waitsFor: undefined, duration: 0, done: false };
}

/** A line of progress in the log comes after so many samples, */
const TELL_SAMPLES = 200_000;
/** or so much time. */
const TELL_EVERY: Duration = 10 * SECOND;

/** Keeps the figures of a recovery and tells of them in the log. */
export class ProgressLog {
  readonly #progress: RecoveryProgress;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #since: Duration;
  readonly #stop: () => void;
  #told: { readonly samples: number; readonly at: Duration };

  constructor(progress: RecoveryProgress, clock: Clock, log: Log) {
    this.#progress = progress;
    this.#clock = clock;
    this.#log = log;
    this.#since = clock.elapsed();
    this.#told = { samples: progress.samples, at: this.#since };
    this.#stop = clock.every(TELL_EVERY, () => {
      // Why it waits was told when the waiting began.
      if (progress.waitsFor === undefined) this.#tell();
    });
  }

  read(samples: number, behind: number): void {
    const progress = this.#progress;
    progress.samples += samples;
    progress.behind = behind;
    progress.waitsFor = undefined;
    if (progress.samples - this.#told.samples >= TELL_SAMPLES) this.#tell();
  }

  waits(reason: string): void {
    if (this.#progress.waitsFor === reason) return;
    this.#progress.waitsFor = reason;
    this.#log.warn({ reason, behind: this.#progress.behind }, 'recovery waits; new samples are taken meanwhile');
  }

  done(): void {
    const progress = this.#progress;
    this.stop();
    progress.behind = 0;
    progress.waitsFor = undefined;
    progress.duration = this.#clock.elapsed() - this.#since;
    progress.done = true;
    const { assets, samples, duration } = progress;
    this.#log.info({ assets, samples, seconds: duration / SECOND }, 'recovered');
  }

  stop(): void {
    this.#stop();
  }

  #tell(): void {
    const { assets, samples, behind } = this.#progress;
    const now = this.#clock.elapsed();
    const seconds = Math.max(now - this.#told.at, 1) / SECOND;
    const samplesPerSecond = Math.round((samples - this.#told.samples) / seconds);
    this.#told = { samples, at: now };
    this.#log.info({ samples, samplesPerSecond, assets, behind }, 'recovering: folding stored samples');
  }
}
