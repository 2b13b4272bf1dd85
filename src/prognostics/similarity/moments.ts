import type { Histories } from '../../domain/histories.ts';
import type { Factors } from './factors.ts';
import type { Moments } from './lifeIndex.ts';
import type { Memory } from './memory.ts';
import type { Normaliser } from './normaliser.ts';

/** A run whose metrics are standardised within their regimes; rows of unknown duty are left out. */
export interface NormalisedRun {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly end: number;
}

export function normaliseRuns(
  { metrics, runs }: Histories,
  offered: readonly string[],
  duty: readonly string[],
  normaliser: Normaliser,
): NormalisedRun[] {
  const columns = offered.map((id) => metrics.indexOf(id));
  const dutyColumns = duty.map((id) => metrics.indexOf(id));
  const width = normaliser.metrics.length;
  const values = new Float64Array(columns.length);
  const dutyNow = new Float64Array(dutyColumns.length);
  return runs.map((run) => {
    const times = new Float64Array(run.times.length);
    const out = new Float64Array(run.times.length * width);
    let rows = 0;
    run.times.forEach((time, row) => {
      const from = row * metrics.length;
      columns.forEach((column, to) => {
        values[to] = run.values[from + column]!;
      });
      dutyColumns.forEach((column, to) => {
        dutyNow[to] = run.values[from + column]!;
      });
      if (!normaliser.apply(values, dutyNow, out.subarray(rows * width, (rows + 1) * width))) return;
      times[rows++] = time;
    });
    return { times: times.subarray(0, rows), values: out.subarray(0, rows * width), end: run.times.at(-1)! };
  });
}

/** Every so many rows of each run as a moment, so that there are at most `most` in all. */
export function momentsOf(
  runs: readonly NormalisedRun[],
  factors: Factors,
  memory: Memory,
  minRows: number,
  most: number,
): Moments {
  const rows = runs.reduce((sum, { times }) => sum + Math.max(0, times.length - minRows + 1), 0);
  const step = Math.max(1, Math.ceil(rows / most));
  const features: number[] = [];
  const remaining: number[] = [];
  const owner: number[] = [];
  const now = new Float64Array(factors.count);
  const seen = new Float64Array(memory.width);
  runs.forEach(({ times, values, end }, run) => {
    const state = memory.init(null);
    const width = values.length / times.length;
    times.forEach((time, row) => {
      factors.apply(values.subarray(row * width, (row + 1) * width), now);
      memory.step(state, time, now);
      if (state.rows < minRows || (row + run) % step !== 0) return;
      memory.features(state, seen);
      features.push(...seen);
      remaining.push(end - time);
      owner.push(run);
    });
  });
  return {
    features: Float64Array.from(features),
    width: memory.width,
    perFactor: memory.perFactor,
    remaining: Float64Array.from(remaining),
    run: Int32Array.from(owner),
  };
}

/** Mean of each factor over the first `share` of the runs' rows. */
export function beginnings(runs: readonly NormalisedRun[], factors: Factors, share: number): Float64Array {
  const sum = new Float64Array(factors.count);
  const now = new Float64Array(factors.count);
  let rows = 0;
  for (const { times, values } of runs) {
    const width = values.length / times.length;
    for (let row = 0; row < Math.max(1, share * times.length); row++) {
      factors.apply(values.subarray(row * width, (row + 1) * width), now);
      rows++;
      for (let at = 0; at < sum.length; at++) sum[at]! += now[at]!;
    }
  }
  return sum.map((value) => value / rows);
}
