import { type Duration, MINUTE, SECOND, type Timestamp } from '../domain/time.ts';

/**
 * An epoch of a device's clock: what to add to its stamps at or after `from` (in the device's time) up to the next
 * epoch. Ordered by `from`.
 */
export interface ClockEpoch {
  readonly from: Timestamp;
  /** Whole seconds. */
  readonly offset: Duration;
}

/** What is known of one clock. `run` is what is being learned; only the epochs need to survive a restart. */
export interface ClockState {
  readonly epochs: readonly ClockEpoch[];
  readonly run: Run | undefined;
}

/** Messages in succession whose lag (receipt minus device stamp) stays within {@link STEADY}. */
interface Run {
  readonly since: Timestamp;
  readonly count: number;
  readonly low: Duration;
  readonly high: Duration;
}

/** Lags of live messages differ by the time they were under way: no more than this. */
export const STEADY: Duration = 5 * SECOND;
/** A lag must hold for this time of receipt, and this many messages; a backlog that arrives in a burst can't. */
export const SETTLING: Duration = 2 * MINUTE;
export const SETTLING_MESSAGES = 4;
/** Smaller errors are left alone, so that a jittering line does not move the clock. */
const QUANTUM: Duration = SECOND;

const MAX_EPOCHS = 8;

export const NEW_CLOCK: ClockState = { epochs: [], run: undefined };

/** What to add to a device's stamp. Depends on the stamp alone, so that a redelivered message gets the same time again. */
export function offsetAt(epochs: readonly ClockEpoch[], stamp: Timestamp): Duration {
  for (let index = epochs.length - 1; index >= 0; index--) {
    const epoch = epochs[index]!;
    if (stamp >= epoch.from) return epoch.offset;
  }
  return 0;
}

/**
 * Learns from one message, by the stamps of its oldest and newest reading. A message is under way for some time but
 * never for less than none: a corrected time after the receipt is wrong for sure and put right at once, a lag only
 * when it holds. So a backlog (a lag that shrinks) changes nothing, and a clock that jumped back gets a new epoch after
 * {@link SETTLING}.
 */
export function observeClock(
  state: ClockState,
  oldest: Timestamp,
  newest: Timestamp,
  receivedAt: Timestamp,
): ClockState {
  const lag = receivedAt - newest;
  const run = extendRun(state.run, lag, receivedAt);
  const known = offsetAt(state.epochs, newest);
  if (known - lag > STEADY)
    return { epochs: startEpoch(state.epochs, oldest, Math.floor(lag / QUANTUM) * QUANTUM), run };
  const isSettled = run.count >= SETTLING_MESSAGES && receivedAt - run.since >= SETTLING;
  if (!isSettled) return { epochs: state.epochs, run };
  if (Math.abs(run.low - known) <= QUANTUM) return { epochs: upTo(state.epochs, newest), run };
  return { epochs: startEpoch(state.epochs, oldest, Math.round(run.low / QUANTUM) * QUANTUM), run };
}

function extendRun(run: Run | undefined, lag: Duration, receivedAt: Timestamp): Run {
  const low = Math.min(run?.low ?? lag, lag);
  const high = Math.max(run?.high ?? lag, lag);
  if (!run || high - low > STEADY) return { since: receivedAt, count: 1, low: lag, high: lag };
  return { since: run.since, count: run.count + 1, low, high };
}

/** A clock that was ahead, and is not any more, will come to those stamps again, and be right then. */
function upTo(epochs: readonly ClockEpoch[], newest: Timestamp): readonly ClockEpoch[] {
  return epochs.some(({ from }) => from > newest) ? epochs.filter(({ from }) => from <= newest) : epochs;
}

function startEpoch(epochs: readonly ClockEpoch[], from: Timestamp, offset: Duration): ClockEpoch[] {
  return [...epochs.filter((epoch) => epoch.from < from), { from, offset: offset + 0 }].slice(-MAX_EPOCHS);
}

/** Where learned epochs are kept. */
export interface ClockMemory {
  /** Epochs of earlier runs of the process, by clock. */
  readonly saved: ReadonlyMap<string, readonly ClockEpoch[]>;
  /** Called when a clock has a new epoch, before samples stamped by it are handed on; to be durable before they are settled. */
  save(clockId: string, epochs: readonly ClockEpoch[]): void;
}

/** The clocks of all devices of sources whose stamps are corrected. */
export class ClockOffsets {
  readonly #memory: ClockMemory;
  readonly #clocks = new Map<string, ClockState>();

  constructor(memory: ClockMemory) {
    this.#memory = memory;
    for (const [id, epochs] of memory.saved) this.#clocks.set(id, { epochs, run: undefined });
  }

  /** What to add to this stamp of the clock; 0 for a clock never observed. */
  offset(clockId: string, stamp: Timestamp): Duration {
    const state = this.#clocks.get(clockId);
    return state ? offsetAt(state.epochs, stamp) : 0;
  }

  /** See {@link observeClock}. */
  observe(clockId: string, oldest: Timestamp, newest: Timestamp, receivedAt: Timestamp): void {
    const before = this.#clocks.get(clockId) ?? NEW_CLOCK;
    const after = observeClock(before, oldest, newest, receivedAt);
    this.#clocks.set(clockId, after);
    if (after.epochs !== before.epochs) this.#memory.save(clockId, after.epochs);
  }
}
