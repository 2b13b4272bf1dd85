import type { CommissioningReport } from '../domain/commissioning.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, DeadLetter } from '../ports/database.ts';
import type { StoredSample, TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Assessment } from './assessment.ts';
import {
  COMMISSIONING_LETTERS,
  COMMISSIONING_SAMPLES,
  COMMISSIONING_WINDOW,
  judgeCommissioning,
} from './commissioning.ts';
import type { DeviceClocks } from './deviceClocks.ts';
import type { Tracked } from './tracked.ts';

export interface CommissionParts {
  readonly store: Pick<TimeSeriesStore, 'range'>;
  readonly database: Pick<Database, 'deadLetters'>;
  readonly assessment: Pick<Assessment, 'statesOf'>;
  readonly deviceClocks: Pick<DeviceClocks, 'errorOf'>;
  readonly sources: readonly SourceDefinition[];
  readonly clock: Pick<Clock, 'now'>;
}

/** A window with too many samples is shortened by this until they are few enough. */
const SHORTER = 8;

/** Whether an asset is ready to be watched, by its newest data and its newest dead letters, so many of each at most. */
export async function commissioningOf(tracked: Tracked, parts: CommissionParts): Promise<CommissioningReport> {
  const { asset, model, compiled, connectivity, qos } = tracked;
  const now = parts.clock.now();
  const [state] = await parts.assessment.statesOf([tracked]);
  const to = Math.min(now, Number.isFinite(state!.time) ? state!.time : now) + 1;
  const { from, samples } = await newest(tracked, to, parts.store);
  const { items } = await parts.database.deadLetters.list({ assetId: asset.id }, { limit: COMMISSIONING_LETTERS });
  return judgeCommissioning({
    assetId: asset.id,
    now,
    from,
    to,
    metrics: model.metrics,
    needed: new Set(compiled.rules.flatMap(({ inputs }) => inputs.map((index) => model.metrics[index]!.id))),
    samples,
    letters: items
      .filter(({ at }) => at >= now - COMMISSIONING_WINDOW)
      .map((letter) => ({ ...letter, metric: metricOf(letter, parts.sources) })),
    lastReceivedAt: Number.isFinite(state!.receivedAt) ? state!.receivedAt : undefined,
    clockError: parts.deviceClocks.errorOf(asset.id),
    connectivity,
    qos,
  });
}

async function newest({ asset, model }: Tracked, to: Timestamp, store: CommissionParts['store']) {
  const metricIds = model.metrics.map(({ id }) => id);
  let from = to - COMMISSIONING_WINDOW;
  for (;;) {
    const samples: readonly StoredSample[] = await store.range(
      { assetId: asset.id, metricIds, from, to },
      COMMISSIONING_SAMPLES,
    );
    if (samples.length < COMMISSIONING_SAMPLES || to - from < SHORTER) return { from, samples };
    from = to - (to - from) / SHORTER;
  }
}

/** A dead letter names what the device calls it. */
function metricOf({ sourceId, metric }: DeadLetter, sources: readonly SourceDefinition[]): string | undefined {
  const mappings = sources.find(({ id }) => id === sourceId)?.metrics;
  const mapped = metric !== undefined && mappings && Object.hasOwn(mappings, metric) ? mappings[metric] : undefined;
  return mapped?.metric ?? metric;
}
