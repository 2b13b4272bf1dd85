import { type Duration, formatDuration, MINUTE, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { SETTLING, SETTLING_MESSAGES, STEADY } from './clockOffset.ts';

/** A clock that is off by more is worth somebody's attention. */
const CLOCK_OFF: Duration = MINUTE;

/** What the messages of one asset say of its clock; changed in place, once a message. */
interface Watched {
  /** When the messages began whose lag (receipt minus newest stamp) stays within {@link STEADY}. */
  since: Timestamp;
  count: number;
  low: Duration;
  high: Duration;
  /** How far the clock is ahead, negative behind; undefined while it is not known. */
  error: Duration | undefined;
}

/**
 * How far the clocks of the assets are off, whatever their source trusts. A stamp after its own receipt shows a clock
 * that is ahead at once; one that is behind shows in a lag that holds, which a backlog's does not. A constant delay on
 * the way looks the same.
 */
export class DeviceClocks {
  readonly #log: Log;
  readonly #clocks = new Map<string, Watched>();
  #ahead = 0;
  #behind = 0;
  #putBack = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Assets whose clock is ahead by more than {@link CLOCK_OFF}. */
  get ahead(): number {
    return this.#ahead;
  }

  get behind(): number {
    return this.#behind;
  }

  /** How often a clock was put back by more than {@link CLOCK_OFF} while its messages went on. */
  get putBack(): number {
    return this.#putBack;
  }

  /** Assets whose clock is off by more than {@link CLOCK_OFF}, the furthest first. */
  off(): { readonly assetId: string; readonly error: Duration }[] {
    return [...this.#clocks]
      .flatMap(([assetId, { error }]) => (error !== undefined && side(error) !== 'right' ? { assetId, error } : []))
      .toSorted((a, b) => Math.abs(b.error) - Math.abs(a.error));
  }

  /** How far the asset's clock is ahead of this machine's, negative when it is behind; undefined while that is not known. */
  errorOf(assetId: string): Duration | undefined {
    return this.#clocks.get(assetId)?.error;
  }

  /** Learns from a message of an asset, by the newest stamp in it. */
  observe(assetId: string, newest: Timestamp, receivedAt: Timestamp): void {
    const lag = receivedAt - newest;
    const known = this.#clocks.get(assetId);
    const clock = known ?? { since: receivedAt, count: 0, low: lag, high: lag, error: undefined };
    if (!known) this.#clocks.set(assetId, clock);
    extend(clock, lag, receivedAt);
    const isSettled = clock.count >= SETTLING_MESSAGES && receivedAt - clock.since >= SETTLING;
    if (lag < -STEADY) this.#learn(assetId, clock, -lag);
    else if (isSettled) this.#learn(assetId, clock, 0 - clock.low);
  }

  #learn(assetId: string, clock: Watched, error: Duration): void {
    const { error: before = 0 } = clock;
    if (clock.error !== undefined && before - error > CLOCK_OFF) this.#putBack++;
    clock.error = error;
    const [was, is] = [side(before), side(error)];
    if (was === is) return;
    if (was === 'ahead') this.#ahead--;
    if (was === 'behind') this.#behind--;
    if (is === 'ahead') this.#ahead++;
    if (is === 'behind') this.#behind++;
    if (is === 'right') this.#log.info({ asset: assetId }, 'the clock of this asset is right again');
    else this.#log.info({ asset: assetId, by: formatDuration(Math.abs(error)) }, `the clock of this asset is ${is}`);
  }
}

function extend(clock: Watched, lag: Duration, receivedAt: Timestamp): void {
  clock.low = Math.min(clock.low, lag);
  clock.high = Math.max(clock.high, lag);
  clock.count++;
  if (clock.high - clock.low <= STEADY) return;
  clock.since = receivedAt;
  clock.count = 1;
  clock.low = lag;
  clock.high = lag;
}

function side(error: Duration): 'ahead' | 'behind' | 'right' {
  if (error > CLOCK_OFF) return 'ahead';
  return error < -CLOCK_OFF ? 'behind' : 'right';
}
