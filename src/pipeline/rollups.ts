import { DAY, type Duration, HOUR, MINUTE, SECOND, startOfDay, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { AssetDay, DueDay, RollupProgress } from '../ports/rollups.ts';
import { AGGREGATE_WIDTHS, type AggregateWidth, type TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { ceilTo, floorTo } from './historyPlan.ts';
import { ROLLUP_LAG, ROLLUP_QUIET } from './rollupMarks.ts';

const [FINEST] = AGGREGATE_WIDTHS;
/** Stores drop whole months at most: samples may be there for so much longer than the retention. */
const LONGEST_OVERHANG: Duration = 31 * DAY;
const DUE_AT_A_TIME = 1000;
const TELL_EVERY: Duration = 30 * SECOND;

export interface RollupParts {
  readonly store: Pick<TimeSeriesStore, 'aggregate' | 'saveAggregates' | 'retention'>;
  readonly database: Pick<Database, 'assets' | 'rollups'>;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly log: Log;
}

export interface RollupOptions {
  /** A due day is taken up when it was last marked so long ago. */
  readonly quiet?: Duration;
  /** How long the claim outlives its holder. */
  readonly lease?: Duration;
  /** Assets that are aggregated in one go. */
  readonly assetsAtATime?: number;
}

/** Another node took the claim over; what was written since then is marked due. */
class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}

/**
 * Keeps five-minute and hourly aggregates true to the samples: what is new of the whole fleet, then the days that late
 * samples made due. One node at a time works. A place is left behind only when its aggregates are durable, so that a
 * crash leaves work to be repeated, never work left out.
 */
export class Rollups {
  readonly #parts: RollupParts;
  readonly #quiet: Duration;
  readonly #lease: Duration;
  readonly #assetsAtATime: number;
  readonly #holder: string;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #toldAt: Duration = 0;

  constructor(parts: RollupParts, options: RollupOptions = {}) {
    this.#parts = parts;
    this.#quiet = options.quiet ?? ROLLUP_QUIET;
    this.#lease = options.lease ?? 5 * MINUTE;
    this.#assetsAtATime = options.assetsAtATime ?? 100;
    this.#holder = newId(parts.clock.now());
  }

  /** Brings the aggregates up to date, unless another node is at it. */
  run(): Promise<void> {
    this.#running = this.#run();
    return this.#running;
  }

  /** Ends the run under way after its current step. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { rollups } = this.#parts.database;
    const claim = await rollups.claim(this.#holder, this.#lease);
    if (claim) await this.#work(claim);
  }

  async #work(claim: RollupProgress): Promise<void> {
    const { database, clock, log } = this.#parts;
    this.#toldAt = clock.elapsed();
    try {
      const rolledTo = await this.#rollForward(claim);
      await this.#rollDue(rolledTo);
    } catch (error) {
      if (error instanceof ClaimLostError)
        return log.info({ reason: error.message }, 'aggregates left to another node');
      if (!this.#stop.signal.aborted) throw error;
    }
    await database.rollups.release(this.#holder);
  }

  /** Aggregates what is new, day by day. */
  async #rollForward({ rolledTo }: RollupProgress): Promise<Timestamp> {
    const { store, database, clock, log } = this.#parts;
    const now = clock.now();
    const end = floorTo(now - ROLLUP_LAG, FINEST);
    const first = rolledTo ?? startOfDay(now - store.retention - LONGEST_OVERHANG);
    // Where a clock was ahead, what came meanwhile was never late: it is aggregated once its time has come.
    if (first > end) await this.#moveTo(end, []);
    if (first >= end) return end;
    // Read after the clock: an asset registered later has no samples that are older than the end.
    const assetIds = (await database.assets.all()).map(({ id }) => id);
    const startedAt = clock.elapsed();
    let buckets = 0;
    for (let at = first; at < end; ) {
      const to = Math.min(startOfDay(at) + DAY, end);
      buckets += await this.#roll(assetIds, at, to);
      await this.#moveTo(to, daysBetween(assetIds, at, to));
      at = to;
      this.#tell({ rolledTo: new Date(at).toISOString(), buckets }, 'aggregating telemetry');
    }
    if (end - first > DAY && buckets > 0) {
      log.info({ buckets, seconds: (clock.elapsed() - startedAt) / SECOND }, 'telemetry aggregated');
    }
    return end;
  }

  /** Aggregates anew what is due, a day of many assets at a time. */
  async #rollDue(rolledTo: Timestamp): Promise<void> {
    const { database, clock } = this.#parts;
    let daysDone = 0;
    for (;;) {
      const due = await database.rollups.due(clock.now() - this.#quiet, DUE_AT_A_TIME);
      if (due.length === 0) return;
      for (const [day, rows] of byDay(due)) {
        await this.#rollDay(day, rows, rolledTo);
        await database.rollups.done(rows);
        daysDone += rows.length;
        this.#tell({ day: new Date(day).toISOString(), daysDone }, 'aggregating days with late telemetry');
      }
    }
  }

  /** An hour that raw samples no longer hold whole keeps its aggregates; what comes after `rolledTo` has its turn. */
  async #rollDay(day: Timestamp, rows: readonly DueDay[], rolledTo: Timestamp): Promise<void> {
    const { store, clock } = this.#parts;
    const from = Math.max(day, ceilTo(clock.now() - store.retention, HOUR));
    const to = Math.min(day + DAY, rolledTo);
    if (from < to)
      await this.#roll(
        rows.map(({ assetId }) => assetId),
        from,
        to,
      );
  }

  /** Makes all aggregates of these assets that end in (from, to]; returns how many. */
  async #roll(assetIds: readonly string[], from: Timestamp, to: Timestamp): Promise<number> {
    let buckets = 0;
    for (let start = 0; start < assetIds.length; start += this.#assetsAtATime) {
      this.#stop.signal.throwIfAborted();
      const chunk = assetIds.slice(start, start + this.#assetsAtATime);
      try {
        buckets += await this.#rollChunk(chunk, from, to);
      } finally {
        // Also after a failure and when stopping: what was written may be older than what another node has written.
        await this.#renew(daysBetween(chunk, from, to));
      }
    }
    return buckets;
  }

  async #rollChunk(assetIds: readonly string[], from: Timestamp, to: Timestamp): Promise<number> {
    let buckets = 0;
    for (const width of AGGREGATE_WIDTHS) {
      const [first, end] = [floorTo(from, width), floorTo(to, width)];
      if (first < end) buckets += await this.#rollWidth(assetIds, first, end, width);
    }
    return buckets;
  }

  async #rollWidth(assetIds: readonly string[], from: Timestamp, to: Timestamp, width: AggregateWidth) {
    const { store } = this.#parts;
    let buckets = 0;
    for await (const made of store.aggregate(assetIds, from, to, width)) {
      await store.saveAggregates(width, made);
      buckets += made.length;
      this.#stop.signal.throwIfAborted();
    }
    return buckets;
  }

  /** `written` is what may be untrue when the claim is lost: another node may have aggregated newer samples. */
  async #renew(written: readonly AssetDay[]): Promise<void> {
    const held = await this.#parts.database.rollups.renew(this.#holder, this.#lease);
    if (!held) await this.#giveUp(written);
  }

  async #moveTo(rolledTo: Timestamp, written: readonly AssetDay[]): Promise<void> {
    const moved = await this.#parts.database.rollups.moveTo(this.#holder, rolledTo);
    if (!moved) await this.#giveUp(written);
  }

  async #giveUp(written: readonly AssetDay[]): Promise<never> {
    const { database, clock } = this.#parts;
    await database.rollups.mark(written, clock.now());
    throw new ClaimLostError('the claim was taken over while this node was slow');
  }

  #tell(fields: object, text: string): void {
    const now = this.#parts.clock.elapsed();
    if (now - this.#toldAt < TELL_EVERY) return;
    this.#parts.log.info(fields, text);
    this.#toldAt = now;
  }
}

function byDay(due: readonly DueDay[]): Map<Timestamp, DueDay[]> {
  const days = new Map<Timestamp, DueDay[]>();
  for (const row of due) {
    const known = days.get(row.day);
    if (known) known.push(row);
    else days.set(row.day, [row]);
  }
  return days;
}

function daysBetween(assetIds: readonly string[], from: Timestamp, to: Timestamp): AssetDay[] {
  const days: AssetDay[] = [];
  for (let day = startOfDay(from); day < to; day += DAY) for (const assetId of assetIds) days.push({ assetId, day });
  return days;
}
