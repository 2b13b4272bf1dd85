import type { Asset, ComponentInstalledEvent } from '../domain/asset.ts';
import type { BacktestReport, RecordedFailure } from '../domain/backtest.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { Tried } from './assetTrial.ts';
import type { BacktestPlan, Side } from './backtest.ts';
import type { CountedFaults } from './countedFaults.ts';
import type { Truth } from './judge.ts';
import { type JudgedAsset, judgeAsset } from './judgedAsset.ts';
import { sideReport } from './side.ts';

const YEAR = 365.25 * DAY;

/** What was stored of an asset and folded. */
interface Heard {
  readonly first: Timestamp;
  readonly last: Timestamp;
  readonly samples: number;
}

/** What came of one asset under both sets of rules. */
export interface TriedAsset {
  readonly asset: Asset;
  readonly renewals: readonly ComponentInstalledEvent[];
  readonly today: Tried | undefined;
  readonly candidate: Tried;
  /** Absent where nothing is stored of it. */
  readonly heard?: Heard;
}

/** Judges what came of the assets one by one, and sums it up at the end. */
export class ReportBuilder {
  readonly #plan: BacktestPlan;
  readonly #faults: Readonly<Record<Side, CountedFaults>>;
  readonly #failures = new Map<string, RecordedFailure[]>();
  readonly #judged: Readonly<Record<Side, JudgedAsset[]>> = { today: [], candidate: [] };
  readonly #heard: Heard[] = [];
  #assetYears = 0;
  #observed = 0;

  constructor(plan: BacktestPlan, faults: Readonly<Record<Side, CountedFaults>>) {
    this.#plan = plan;
    this.#faults = faults;
    for (const failure of plan.failures ?? []) {
      const { assetId } = failure;
      this.#failures.set(assetId, [...(this.#failures.get(assetId) ?? []), failure]);
    }
  }

  add({ asset, renewals, heard, ...tried }: TriedAsset): void {
    const { from = Number.NEGATIVE_INFINITY, to, within, failures } = this.#plan;
    const own = this.#failures.get(asset.id)?.filter(({ at }) => this.#isObserved(at, heard)) ?? [];
    const truth: Truth = {
      failures: failures && own.sort((a, b) => a.at - b.at),
      renewals: (componentId) => renewals.filter((event) => event.componentId === componentId).map(({ at }) => at),
      from,
      to,
      within,
    };
    const span = heard ? Math.min(heard.last, to) - Math.max(heard.first, from) : 0;
    const years = Math.max(0, span) / YEAR;
    this.#assetYears += years;
    this.#observed += own.length;
    if (heard) this.#heard.push(heard);
    for (const side of ['today', 'candidate'] as const) {
      const model = this.#plan.models.get(asset.modelId)![side]?.model;
      this.#judged[side].push(judgeAsset({ asset, years }, tried[side], model, truth));
    }
  }

  /** @param keptFrom since when samples are kept */
  finish(keptFrom: Timestamp): BacktestReport {
    const { from, to, within, failures, models, areRecords = false } = this.#plan;
    const judged = failures !== undefined;
    const side = (name: Side) => sideReport(name, this.#judged[name], models, this.#faults[name], judged);
    const given = failures?.length ?? 0;
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
      ...(judged && { failures: { given, judged: this.#observed, leftOut: given - this.#observed, areRecords } }),
      today: side('today'),
      candidate: side('candidate'),
    };
  }

  /** Nobody could have warned of what came before the first sample, nor of what came long after the last. */
  #isObserved(at: Timestamp, heard: Heard | undefined): boolean {
    const { from = Number.NEGATIVE_INFINITY, to, within } = this.#plan;
    return heard !== undefined && at >= from && at < to && at > heard.first && at <= heard.last + within;
  }

  #history(keptFrom: Timestamp): BacktestReport['history'] {
    const { from = 0, assets } = this.#plan;
    const heard = this.#heard;
    return {
      resolution: 'raw',
      assets: assets.length,
      assetYears: this.#assetYears,
      samples: heard.reduce((sum, { samples }) => sum + samples, 0),
      ...(heard.length > 0 && {
        firstSample: heard.reduce((min, { first }) => Math.min(min, first), Number.POSITIVE_INFINITY),
        lastSample: heard.reduce((max, { last }) => Math.max(max, last), Number.NEGATIVE_INFINITY),
      }),
      ...(from < keptFrom && { rawFrom: Math.floor(keptFrom) }),
    };
  }
}
