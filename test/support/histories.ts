import type { Histories } from '../../src/domain/histories.ts';
import { random } from './random.ts';

/** A run whose wear rises from about 0 at the start to 1 at the end; `life` rows at times 1, 2, … */
export interface WornRun {
  readonly unit: string;
  readonly life: number;
  readonly rows: readonly (readonly number[])[];
}

export const WORN_METRICS = ['load', 'heat', 'flow', 'hum'];

export interface WearOptions {
  /** What the load may be; the machine changes between them from row to row. */
  readonly loads?: readonly number[];
  readonly noise?: number;
}

/**
 * Machines that wear out ever faster: heat rises by 6 and flow falls by 12 until the failure; hum is noise. Heat and
 * flow follow the load, by far more than by the wear.
 */
export function wornRuns(count: number, seed: number, { loads = [0], noise = 1 }: WearOptions = {}): WornRun[] {
  const uniform = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: count }, (_, at) => {
    const life = 80 + Math.floor(80 * uniform());
    const rows = Array.from({ length: life }, (_row, row) => {
      const wear = ((row + 1) / life) ** 2;
      const load = loads[Math.floor(uniform() * loads.length)]!;
      return [
        load,
        50 + load + 6 * wear + noise * normal(),
        200 - 3 * load - 12 * wear + 2 * noise * normal(),
        noise * normal(),
      ];
    });
    return { unit: `run-${String(at).padStart(3, '0')}`, life, rows };
  });
}

export function libraryOf(runs: readonly WornRun[]): Histories {
  return {
    metrics: WORN_METRICS,
    runs: runs.map(({ unit, rows }) => ({
      unit,
      times: Float64Array.from(rows, (_, at) => at + 1),
      values: Float64Array.from(rows.flat()),
    })),
    hash: 'test',
  };
}
