import type { EngineFleet } from '../../../simulators/datasets/cmapss.ts';
import type { Forecast } from '../../domain/finding.ts';
import { HOUR, type Timestamp } from '../../domain/time.ts';
import { type Figure, type Goal, holds, type Measure, numberGoal, shareGoal, shareOf, short } from '../measure.ts';
import { type LifePair, lifeErrors } from '../remainingLife.ts';
import type { Observation, Run } from '../run.ts';

/** What is replaced, and whose remaining life is judged. */
const COMPONENT = 'engine';
/** Cycles; what the published figures cap at as well: see docs. */
const CAP = 125;
/** Where a test file may end: so many cycles before the failure, after so many seen. */
const LEFT: readonly [number, number] = [6, 145];
const SEEN = 31;
const DUE = 30;
const AHEAD = 10;
const EARLY = 60;
/** The score is a sum over engines: 300 for the hundred of FD001. */
const SCORE_PER_ENGINE = 3;

/** One forecast for each test engine, after its last row. */
export function measureTest(run: Run, fleet: EngineFleet, left: readonly number[]): Measure {
  const pairs = fleet.engines.map(({ asset, lastCycle }, at) => {
    const seen = run.assets.get(asset)?.observations.findLast(({ component }) => component === COMPONENT);
    return pairOf(seen?.forecast, fleet.timeOf(lastCycle), left[at]!);
  });
  const due = fleet.engines.filter((_, at) => left[at]! <= DUE);
  const ticketed = new Set(run.tickets.filter(({ component }) => component === COMPONENT).map(({ asset }) => asset));
  const replace = shareOf(due.filter(({ asset }) => ticketed.has(asset)).length, due.length);
  const figures = figuresOf(pairs, pairs.length);
  return {
    figures: { protocol_kind: 'test file', ...figures, replace_ticket_at_30: replace },
    goals: [...goalsOf(figures), shareGoal('replace_ticket_at_30', replace, '>=', 1)],
    lines: fleet.engines.map(({ asset }, at) => line(asset, pairs[at]!)),
  };
}

/** Many forecasts for each engine, and when its ticket opened. */
export function measureRunsToFailure(run: Run, fleet: EngineFleet): Measure {
  const pairs = fleet.engines.flatMap(({ asset, lastCycle }) => {
    const seen = run.assets.get(asset)?.observations ?? [];
    return seen.filter(({ component }) => component === COMPONENT).flatMap((one) => pairAt(one, fleet, lastCycle));
  });
  const warnings = fleet.engines.map(({ asset, lastCycle }) => {
    const own = run.tickets.filter((ticket) => ticket.asset === asset && ticket.component === COMPONENT);
    return own.length === 0 ? undefined : lastCycle - fleet.cycleAt(Math.min(...own.map(({ openedAt }) => openedAt)));
  });
  const count = (is: (warning: number) => boolean) =>
    shareOf(warnings.filter((warning) => warning !== undefined && is(warning)).length, warnings.length);
  const replace = count((warning) => warning >= 0);
  const ahead = count((warning) => warning >= AHEAD);
  const early = count((warning) => warning > EARLY);
  const figures = figuresOf(pairs, fleet.engines.length);
  const tickets = {
    replace_ticket: replace,
    ticket_open_at_30: count((warning) => warning >= DUE),
    ticket_10_cycles_ahead: ahead,
    ticket_more_than_60_ahead: early,
  };
  return {
    figures: { protocol_kind: 'cross-validation over training units', ...figures, ...tickets },
    goals: [
      ...goalsOf(figures),
      shareGoal('replace_ticket', replace, '>=', 1),
      shareGoal('ticket_10_cycles_ahead', ahead, '>=', 0.9),
      shareGoal('ticket_more_than_60_ahead', early, '<=', 0.06),
    ],
    lines: fleet.engines.map(
      ({ asset }, at) =>
        `${asset}: ${warnings[at] === undefined ? 'NO ticket' : `ticket ${warnings[at]} cycles ahead`}`,
    ),
  };
}

function pairAt({ time, forecast }: Observation, fleet: EngineFleet, lastCycle: number): LifePair[] {
  const cycle = fleet.cycleAt(time);
  const left = lastCycle - cycle;
  return cycle >= SEEN && left >= LEFT[0] && left <= LEFT[1] ? [pairOf(forecast, time, left)] : [];
}

/** In cycles. Without a forecast nothing is known: nothing but that it may go on for long. */
function pairOf(forecast: Forecast | undefined, now: Timestamp, truth: number): LifePair {
  const cycles = (at: Timestamp | null | undefined) => (at === null || at === undefined ? null : (at - now) / HOUR);
  return { p10: cycles(forecast?.p10), p50: cycles(forecast?.p50), p90: cycles(forecast?.p90), truth };
}

/** @param cases how many of the pairs know nothing of each other: for the interval of the coverage */
function figuresOf(pairs: readonly LifePair[], cases: number) {
  const [capped, uncapped] = [
    lifeErrors(
      pairs.map((pair) => atMean(pair, CAP)),
      CAP,
    ),
    lifeErrors(pairs.map((pair) => atMean(pair))),
  ];
  const [median, uncappedMedian] = [lifeErrors(pairs, CAP), lifeErrors(pairs)];
  // The score is a sum over engines: of many moments of each it is their mean.
  const each = (score: number | null) => (score === null ? null : (score * cases) / pairs.length);
  const share = capped.coverage.share ?? 0;
  return {
    rmse: capped.rmse,
    score: each(capped.score),
    coverage_p10_p90: share,
    n: cases,
    moments: pairs.length,
    cap: CAP,
    coverage_interval: shareOf(Math.round(share * cases), cases).interval ?? null,
    mean_width: capped.width,
    bias: capped.bias,
    rmse_p50: median.rmse,
    score_p50: each(median.score),
    rmse_uncapped: uncapped.rmse,
    score_uncapped: each(uncapped.score),
    rmse_p50_uncapped: uncappedMedian.rmse,
    coverage_uncapped: uncapped.coverage.share ?? 0,
    mean_width_uncapped: uncapped.width,
    without_forecast: pairs.filter(({ p90 }) => p90 === null).length,
  } satisfies Record<string, Figure>;
}

/** With the mean of the distribution in place of its median, after Swanson's rule (Hurst, Brown and Swanson 2000). */
function atMean(pair: LifePair, cap: number = Number.POSITIVE_INFINITY): LifePair {
  const { p10, p50, p90 } = pair;
  if (p10 === null || p50 === null || p90 === null) return pair;
  return { ...pair, p50: 0.3 * Math.min(cap, p10) + 0.4 * Math.min(cap, p50) + 0.3 * Math.min(cap, p90) };
}

function goalsOf({ rmse, score, n, coverage_p10_p90: coverage }: ReturnType<typeof figuresOf>): Goal[] {
  return [
    numberGoal('rmse', rmse, '<', 13.5),
    numberGoal('score', score, '<', SCORE_PER_ENGINE * n),
    holds('coverage_p10_p90', coverage >= 0.75 && coverage <= 0.85, short(coverage), '0.75 to 0.85'),
  ];
}

function line(asset: string, { p10, p50, p90, truth }: LifePair): string {
  const [low, middle, high] = [p10, p50, p90].map((value) => (value === null ? '-' : short(value)));
  return `${asset}: ${truth} cycles left, P50 ${middle} (P10 ${low}, P90 ${high})`;
}
