import type { Asset, ComponentInstalledEvent } from '../domain/asset.ts';
import type { BacktestReport, RecordedFailure } from '../domain/backtest.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { Tried } from './assetTrial.ts';
import type { BacktestPlan, Side } from './backtest.ts';
import type { CountedFaults } from './countedFaults.ts';
import type { Truth } from './judge.ts';
import { sideReport } from './side.ts';

const YEAR = 365.25 * DAY;

/** What came of one asset under both sets of rules. */
export interface TriedAsset {
  readonly asset: Asset;
  readonly renewals: readonly ComponentInstalledEvent[];
  readonly today: Tried | undefined;
  readonly candidate: Tried;
  /** Absent where nothing is stored of it. */
  readonly heard?: { readonly first: Timestamp; readonly last: Timestamp; readonly samples: number };
}

/** An asset with how long it was heard within the range. */
export interface TimedAsset extends TriedAsset {
  readonly years: number;
}

/** Gathers what came of the assets and judges it at the end. */
export class ReportBuilder {
  readonly #plan: BacktestPlan;
  readonly #faults: Readonly<Record<Side, CountedFaults>>;
  readonly #tried: TimedAsset[] = [];

  constructor(plan: BacktestPlan, faults: Readonly<Record<Side, CountedFaults>>) {
    this.#plan = plan;
    this.#faults = faults;
  }

  add(tried: TriedAsset): void {
    const { heard } = tried;
    const { from = Number.NEGATIVE_INFINITY, to } = this.#plan;
    const span = heard ? Math.min(heard.last, to) - Math.max(heard.first, from) : 0;
    this.#tried.push({ ...tried, years: Math.max(0, span) / YEAR });
  }

  /** @param keptFrom since when samples are kept */
  finish(keptFrom: Timestamp): BacktestReport {
    const { from, to, within, failures, models } = this.#plan;
    const judged = failures?.filter((failure) => this.#isObserved(failure)).sort((a, b) => a.at - b.at);
    const side = (name: Side) => sideReport(name, this.#tried, models, this.#truth(judged), this.#faults[name]);
    return {
      ...(from !== undefined && { from }),
      to,
      within,
      models: [...models].map(([id, { today, candidate }]) => ({
        id,
        ...(today && { today: today.model.version }),
        candidate: candidate.model.version,
      })),
      history: this.#history(keptFrom),
      ...(failures &&
        judged && {
          failures: { given: failures.length, judged: judged.length, leftOut: failures.length - judged.length },
        }),
      today: side('today'),
      candidate: side('candidate'),
    };
  }

  #truth(failures: readonly RecordedFailure[] | undefined): Truth {
    const { from = Number.NEGATIVE_INFINITY, to, within } = this.#plan;
    const renewals = new Map(this.#tried.map((one) => [one.asset.id, one.renewals]));
    return {
      failures,
      renewals: (assetId, componentId) =>
        (renewals.get(assetId) ?? []).filter((event) => event.componentId === componentId).map(({ at }) => at),
      from,
      to,
      within,
    };
  }

  /** Nobody could have warned of what came before the first sample, nor of what came long after the last. */
  #isObserved({ assetId, at }: RecordedFailure): boolean {
    const { from = Number.NEGATIVE_INFINITY, to, within } = this.#plan;
    const heard = this.#tried.find(({ asset }) => asset.id === assetId)?.heard;
    return heard !== undefined && at >= from && at < to && at > heard.first && at <= heard.last + within;
  }

  #history(keptFrom: Timestamp): BacktestReport['history'] {
    const { from = 0 } = this.#plan;
    const heard = this.#tried.flatMap((one) => one.heard ?? []);
    return {
      resolution: 'raw',
      assets: this.#tried.length,
      assetYears: this.#tried.reduce((sum, { years }) => sum + years, 0),
      samples: heard.reduce((sum, { samples }) => sum + samples, 0),
      ...(heard.length > 0 && {
        firstSample: heard.reduce((min, { first }) => Math.min(min, first), Number.POSITIVE_INFINITY),
        lastSample: heard.reduce((max, { last }) => Math.max(max, last), Number.NEGATIVE_INFINITY),
      }),
      ...(from < keptFrom && { rawFrom: Math.floor(keptFrom) }),
    };
  }
}
