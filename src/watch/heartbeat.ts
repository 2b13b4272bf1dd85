import type { Readiness } from '../api/services.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Monitor } from '../ports/monitor.ts';

export interface HeartbeatParts {
  readonly monitor: Monitor;
  readonly readiness: () => Promise<Readiness>;
  readonly every: Duration;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Tells an outside monitor that Fettle works, as long as /readyz says so. It says nothing when that ends: silence is
 * what the monitor raises the alarm for, whether Fettle is in trouble, gone, or cut off.
 */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #stop: (() => void) | undefined;
  #takenAt: Timestamp | undefined;
  /** In a row. */
  #failures = 0;
  #allFailures = 0;
  #silent = false;
  #stopped = false;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** When the monitor last took a heartbeat; undefined before the first one. */
  get takenAt(): Timestamp | undefined {
    return this.#takenAt;
  }

  /** Heartbeats that the monitor did not take. */
  get failures(): number {
    return this.#allFailures;
  }

  start(): void {
    const { clock, every } = this.#parts;
    this.#stop = clock.every(every, () => this.beat());
    void this.beat();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stop?.();
    await this.#parts.monitor.close();
  }

  /** Never rejects: whatever goes wrong with a heartbeat must not disturb the work it tells of. */
  async beat(): Promise<void> {
    if (!(await this.#works())) return;
    try {
      await this.#parts.monitor.beat();
    } catch (error) {
      if (!this.#stopped) this.#failed(error);
      return;
    }
    this.#takenAt = this.#parts.clock.now();
    if (this.#failures > 0) this.#parts.log.info({ failures: this.#failures }, 'heartbeats are taken again');
    this.#failures = 0;
  }

  async #works(): Promise<boolean> {
    const { readiness, log } = this.#parts;
    const troubles = await readiness().then(
      ({ parts }) => parts.filter(({ ok, needed }) => needed && !ok).map(({ part, detail }) => `${part}: ${detail}`),
      (error: unknown) => [String(error)],
    );
    const works = troubles.length === 0;
    if (!works && !this.#silent) log.warn({ troubles }, 'no heartbeat until every part that is needed works');
    if (works && this.#silent) log.info('every part that is needed works: heartbeats go on');
    this.#silent = !works;
    return works;
  }

  /** The first failure in a row is logged, then the 2nd, 4th, 8th: a monitor may be away for days. */
  #failed(error: unknown): void {
    this.#failures++;
    this.#allFailures++;
    const told = Number.isInteger(Math.log2(this.#failures));
    if (told) this.#parts.log.warn({ err: error, failures: this.#failures }, 'the monitor did not take a heartbeat');
  }
}
