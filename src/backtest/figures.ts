import { quantileSorted } from 'simple-statistics';
import type { BacktestFigures, BacktestVerdict } from '../domain/backtest.ts';
import type { Duration } from '../domain/time.ts';

export interface FiguresOf {
  readonly tickets: number;
  readonly verdicts: readonly BacktestVerdict[];
  /** Of each failure; undefined where it was missed. */
  readonly failures: readonly (Duration | undefined)[];
  readonly assetYears: number;
  /** Whether failures are recorded: without, nothing is false. */
  readonly judged: boolean;
}

/** Counts, and the spread of the warning times. */
export function figuresOf({ tickets, verdicts, failures, assetYears, judged }: FiguresOf): BacktestFigures {
  const count = (verdict: BacktestVerdict) => verdicts.filter((one) => one === verdict).length;
  const warnings = failures.filter((warning) => warning !== undefined).sort((a, b) => a - b);
  const falses = count('false');
  return {
    tickets,
    warnings: verdicts.length,
    hits: warnings.length,
    misses: failures.length - warnings.length,
    falses,
    unverifiable: count('unverifiable'),
    ...(judged && assetYears > 0 && { falsePerAssetYear: falses / assetYears }),
    ...(warnings.length > 0 && {
      warning: { min: warnings[0]!, median: quantileSorted(warnings, 0.5), max: warnings.at(-1)! },
    }),
  };
}
