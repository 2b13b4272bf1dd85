import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Asset, isInstallation } from '../domain/asset.ts';
import type { BacktestQuestion, BacktestReport } from '../domain/backtest.ts';
import type { Finding } from '../domain/finding.ts';
import type { Timestamp } from '../domain/time.ts';
import { DeafTimes } from '../pipeline/deafTimes.ts';
import type { EventRepository } from '../ports/database.ts';
import type { StoredSample, TimeSeriesStore, Watermark } from '../ports/timeSeriesStore.ts';
import type { CompiledModel } from '../rules/model.ts';
import { AssetTrial } from './assetTrial.ts';
import { CountedFaults } from './countedFaults.ts';
import { ReportBuilder, type TriedAsset } from './report.ts';

/** A model to try, beside the one in force. */
export interface TriedModel {
  /** Absent where it is new. */
  readonly today?: CompiledModel;
  readonly candidate: CompiledModel;
}

export interface BacktestPlan extends BacktestQuestion {
  /** By id of the model; each asset has one of them. */
  readonly models: ReadonlyMap<string, TriedModel>;
  readonly assets: readonly Asset[];
  /** Its failures are the failure records, as none were given. */
  readonly areRecords?: true;
}

export type Side = 'today' | 'candidate';

export interface BacktestParts {
  readonly store: Pick<TimeSeriesStore, 'readFrom' | 'retention'>;
  readonly events: Pick<EventRepository, 'of' | 'deaf'>;
  readonly now: Timestamp;
  readonly signal: AbortSignal;
  /** A share of 1. */
  readonly onProgress?: (share: number) => void;
  readonly onFinding?: (side: Side, finding: Finding) => void;
}

/** The event loop is given back after so many samples: live assessment goes on in between. */
const SAMPLES_A_TURN = 500;

/**
 * Folds the stored history of each asset under today's rules and under those of the candidate at once, asset by asset,
 * and judges what would have come of it.
 *
 * @throws the signal's reason once it is aborted
 */
export async function backtest(plan: BacktestPlan, parts: BacktestParts): Promise<BacktestReport> {
  const deaf = new DeafTimes();
  deaf.add(await parts.events.deaf(0));
  const faults = { today: new CountedFaults(), candidate: new CountedFaults() };
  const builder = new ReportBuilder(plan, faults);
  for (const [at, asset] of plan.assets.entries()) {
    const share = (within: number) => parts.onProgress?.((at + within) / plan.assets.length);
    builder.add(await tryAsset(asset, plan, parts, { deaf, faults, share }));
    share(1);
  }
  return builder.finish(parts.now - parts.store.retention);
}

interface Common {
  readonly deaf: DeafTimes;
  readonly faults: Readonly<Record<Side, CountedFaults>>;
  readonly share: (within: number) => void;
}

async function tryAsset(
  asset: Asset,
  { models, to }: BacktestPlan,
  { store, events: log, signal, onFinding }: BacktestParts,
  { deaf, faults, share }: Common,
): Promise<TriedAsset> {
  const tried = models.get(asset.modelId)!;
  const events = (await log.of(asset.id)).filter(({ at }) => at < to);
  const trial = (side: Side, model: CompiledModel) =>
    new AssetTrial({
      asset,
      model,
      events,
      deaf,
      faults: faults[side].ofModel(asset.modelId),
      ...(onFinding && { onFinding: (finding) => onFinding(side, finding) }),
    });
  const candidate = trial('candidate', tried.candidate);
  const today = tried.today && trial('today', tried.today);
  const trials = today ? [today, candidate] : [candidate];
  let [samples, first, last] = [0, to, Number.NEGATIVE_INFINITY];
  for await (const chunk of chunksBefore(store.readFrom(watermarks(asset, tried), 'all'), to)) {
    signal.throwIfAborted();
    for (const sample of chunk) for (const one of trials) one.take(sample);
    for (const one of trials) await one.settle();
    first = Math.min(first, chunk[0]!.time);
    last = chunk.at(-1)!.time;
    samples += chunk.length;
    share(last > first ? (last - first) / (to - first) : 0);
    await nextTurn();
  }
  signal.throwIfAborted();
  return {
    asset,
    renewals: events.filter(isInstallation),
    today: today && (await today.finish(to)),
    candidate: await candidate.finish(to),
    ...(samples > 0 && { heard: { first, last, samples } }),
  };
}

/** All metrics that either has; today's come first, as they do live. */
function watermarks({ id: assetId }: Asset, { today, candidate }: TriedModel): Watermark[] {
  const metrics = [today, candidate].flatMap((compiled) => compiled?.model.metrics.map(({ id }) => id) ?? []);
  return [...new Set(metrics)].map((metricId) => ({ assetId, metricId }));
}

/** Small chunks of what is before `to`; stops reading there. */
async function* chunksBefore(
  chunks: AsyncIterable<readonly StoredSample[]>,
  to: Timestamp,
): AsyncIterable<readonly StoredSample[]> {
  for await (const chunk of chunks) {
    const end = chunk.findIndex(({ time }) => time >= to);
    const wanted = end === -1 ? chunk : chunk.slice(0, end);
    for (let at = 0; at < wanted.length; at += SAMPLES_A_TURN) yield wanted.slice(at, at + SAMPLES_A_TURN);
    if (end !== -1) return;
  }
}
