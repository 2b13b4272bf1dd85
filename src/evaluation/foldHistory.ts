import { type Duration, MINUTE, type Timestamp } from '../domain/time.ts';
import type { AssetView } from '../domain/view.ts';
import { HistoryFold } from '../pipeline/historyFold.ts';
import { watermarksOf } from '../pipeline/refold.ts';
import type { FaultSink } from '../pipeline/ruleFaults.ts';
import type { Tracked } from '../pipeline/tracked.ts';
import { viewAsset } from '../pipeline/views.ts';
import type { Repositories } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { type AssetState, initState } from '../rules/state.ts';
import type { AssetRecord, Looks, Observation } from './run.ts';

/** Fine enough for silences and lives by the calendar, which are meant in hours and days. */
const TICK_EVERY: Duration = 15 * MINUTE;

export interface StoredHistory {
  readonly store: Pick<TimeSeriesStore, 'readFrom'>;
  readonly database: Pick<Repositories, 'events'>;
  readonly faults: FaultSink;
}

/** Folds once more what is stored of an asset, by device time alone, and notes what was known of its components. */
export async function foldHistory(
  { asset, compiled }: Tracked,
  { store, database, faults }: StoredHistory,
  looks: Looks,
): Promise<AssetRecord> {
  const view = (state: AssetState) => viewAsset({ asset, compiled, state });
  const observations: Observation[] = [];
  const fold = new HistoryFold({
    assetId: asset.id,
    model: compiled,
    events: await database.events.of(asset.id),
    tickEvery: TICK_EVERY,
    faults,
    ...(looks === 'every' && { onInstant: (time, state) => observations.push(...observe(view(state), time)) }),
  });
  for await (const samples of store.readFrom(watermarksOf(asset.id, compiled, initState(compiled)))) {
    for (const sample of samples) fold.take(sample);
  }
  const { findings, state } = fold.finish();
  const end = view(state);
  if (looks === 'last') observations.push(...observe(end, state.time));
  return { findings, observations, end };
}

function observe({ components }: AssetView, time: Timestamp): Observation[] {
  return components.map(({ componentId: component, health, forecast }) => ({
    time,
    component,
    health,
    ...(forecast && { forecast }),
  }));
}
