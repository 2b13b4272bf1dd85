import type { Histories } from '../../domain/histories.ts';
import { type DutyFit, fitDuty } from './dutyFit.ts';
import { learnRegimes, type Regimes } from './regimes.ts';

/** Takes the duty out of metrics: each is set against what the library shows at that duty. */
export interface Normaliser {
  /** Ids of the metrics kept: those that vary at the same duty. */
  readonly metrics: readonly string[];
  readonly regimes: Regimes;
  /**
   * @param values of the offered metrics
   * @param out the kept ones, in standard deviations of their regime
   * @returns false where the duty is like none of the library's
   */
  apply(values: Float64Array, duty: Float64Array, out: Float64Array): boolean;
}

/** A metric that varies by less than this share of its size is constant. */
const CONSTANT = 1e-7;

/** Learns from all rows of the library: regimes of the duty, and within each how the metrics follow it. */
export function learnNormaliser(library: Histories, metrics: readonly string[], duty: readonly string[]): Normaliser {
  const rows = {
    duties: gather(library, duty),
    dutyWidth: duty.length,
    values: gather(library, metrics),
    width: metrics.length,
  };
  const regimes = learnRegimes(rows.duties, duty.length);
  const members = Array.from({ length: regimes.count }, (): number[] => []);
  for (let row = 0; row < rows.values.length / rows.width; row++) {
    members[regimes.of(rows.duties.subarray(row * duty.length, (row + 1) * duty.length))]?.push(row);
  }
  const fits = members.map((own) => fitDuty(rows, own));
  const scales = fits.map(scaleOf);
  const kept = metrics.flatMap((_, column) => (scales.some((scale) => scale[column]! > 0) ? [column] : []));
  const rest = new Float64Array(metrics.length);
  return {
    metrics: kept.map((column) => metrics[column]!),
    regimes,
    apply(values, dutyNow, out) {
      const regime = regimes.of(dutyNow);
      if (regime < 0) return false;
      fits[regime]!.residuals(values, dutyNow, rest);
      for (let to = 0; to < kept.length; to++) out[to] = rest[kept[to]!]! * scales[regime]![kept[to]!]!;
      return true;
    },
  };
}

/** By metric: 1 / deviation; 0 for a constant one. */
function scaleOf({ level, deviation }: DutyFit): Float64Array {
  return deviation.map((spread, column) => (spread > CONSTANT * Math.abs(level[column]!) ? 1 / spread : 0));
}

/** Some columns of all histories, row after row. */
function gather({ metrics, runs }: Histories, wanted: readonly string[]): Float64Array {
  const columns = wanted.map((id) => metrics.indexOf(id));
  const rows = runs.reduce((sum, run) => sum + run.times.length, 0);
  const out = new Float64Array(rows * columns.length);
  let to = 0;
  for (const { values } of runs) {
    for (let row = 0; row < values.length; row += metrics.length) {
      for (const column of columns) out[to++] = values[row + column]!;
    }
  }
  return out;
}
