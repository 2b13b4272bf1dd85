import type { Sample } from '../domain/sample.ts';
import { DAY, type Duration, MINUTE, SECOND, startOfDay, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { AssetDay, RollupRepository } from '../ports/rollups.ts';
import type { SampleWriter } from '../ports/timeSeriesStore.ts';
import { BoundedCache } from './boundedCache.ts';
import { Notes } from './notes.ts';

/** Samples older than this when they are written may be behind the aggregates. */
const LATE: Duration = MINUTE;
/** Whoever aggregates stays so far behind the clock: between it and LATE a write may take its time. */
export const ROLLUP_LAG: Duration = 2 * LATE;
/** A write still under way after this long marks its days, and again each time. */
const RENEW: Duration = 30 * SECOND;
/** A due day is aggregated anew when it was last marked so long ago. */
export const ROLLUP_QUIET: Duration = 10 * MINUTE;
/** A day marked so lately is not marked again: well within the quiet time. */
const MARKED_LATELY: Duration = ROLLUP_QUIET / 2;
const REMEMBERED_DAYS = 100_000;

export interface RollupMarkParts {
  readonly rollups: Pick<RollupRepository, 'mark'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

interface Mark extends AssetDay {
  readonly at: Timestamp;
}

/**
 * Marks days whose aggregates late samples make untrue: durably, in the database or its journal, before the samples
 * are. A crash then leaves a day due too many, never one too few.
 */
export class RollupMarks {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #notes: Notes<Mark>;
  readonly #marked = new BoundedCache<string, Timestamp>(REMEMBERED_DAYS);

  constructor({ rollups, journal, clock, log }: RollupMarkParts) {
    this.#clock = clock;
    this.#log = log;
    const save = async (marks: readonly Mark[]) => {
      const at = marks.reduce((latest, mark) => Math.max(latest, mark.at), 0);
      await rollups.mark(marks, at);
    };
    this.#notes = new Notes(save, journal, log, 'days to aggregate anew');
  }

  /** Writes to the store, and marks. */
  guard(store: SampleWriter): SampleWriter {
    return {
      append: (samples) => this.#around(samples, () => store.append(samples)),
      replace: (samples) => this.#around(samples, () => store.replace(samples)),
    };
  }

  /** Moves what the journal holds into the database. */
  import(): Promise<void> {
    return this.#notes.import();
  }

  close(): Promise<void> {
    return this.#notes.close();
  }

  async #around(samples: readonly Sample[], write: () => Promise<void>): Promise<void> {
    let coveredAt = this.#clock.now();
    await this.#mark(this.#unmarked(daysOf(samples, coveredAt - LATE), coveredAt), coveredAt);
    const cover = async () => {
      const at = this.#clock.now();
      await this.#mark(daysOf(samples, Number.POSITIVE_INFINITY), at);
      coveredAt = at;
    };
    const stop = this.#clock.every(RENEW, () =>
      cover().catch((error: unknown) => this.#log.warn({ err: error }, 'days of a slow write not marked yet')),
    );
    try {
      await write();
    } finally {
      stop();
      if (!isWithin(RENEW, coveredAt, this.#clock.now())) await cover();
    }
  }

  #unmarked(days: readonly AssetDay[], now: Timestamp): AssetDay[] {
    const at = (day: AssetDay) => this.#marked.get(keyOf(day)) ?? Number.NEGATIVE_INFINITY;
    return days.filter((day) => !isWithin(MARKED_LATELY, at(day), now));
  }

  async #mark(days: readonly AssetDay[], at: Timestamp): Promise<void> {
    if (days.length === 0) return;
    await this.#notes.add(days.map((day) => ({ ...day, at })));
    for (const day of days) this.#marked.set(keyOf(day), at);
  }
}

/** False when the clock was put back since: what was lately then may be long done. */
function isWithin(limit: Duration, since: Timestamp, now: Timestamp): boolean {
  return now >= since && now - since < limit;
}

/** The days of the samples before `before`, each once. */
function daysOf(samples: readonly Sample[], before: Timestamp): AssetDay[] {
  const days = new Map<string, AssetDay>();
  let last: AssetDay | undefined;
  for (const { series, time } of samples) {
    if (time >= before) continue;
    const { assetId } = series;
    if (last && last.assetId === assetId && time >= last.day && time < last.day + DAY) continue;
    last = { assetId, day: startOfDay(time) };
    days.set(keyOf(last), last);
  }
  return [...days.values()];
}

function keyOf({ assetId, day }: AssetDay): string {
  return `${day} ${assetId}`;
}
