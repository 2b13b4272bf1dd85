import { SECOND } from '../domain/time.ts';
import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** The assessment from notes: how far each shard is behind, and what this node did for them all. */
export function addShardMetrics(
  to: Instruments,
  { parts, pipeline, reading }: Pick<Watched, 'parts' | 'pipeline' | 'reading'>,
): void {
  const { shards, mode } = pipeline;
  const lags = reading('the shards', () => parts.database.shards.lags());
  to.gauges('fettle_shard_lag_seconds', 'How long the oldest note of a shard has been due.', ['shard'], async () => {
    // Assessed in hand, a note means something else: then there are no figures.
    const now = mode === 'sharded' ? await lags.get() : undefined;
    return now?.map((lag, shard) => [{ shard: String(shard) }, lag / SECOND] as const);
  });
  to.counter('fettle_shard_claims_total', 'Turns that this node gave a shard.', () => shards.claims);
  to.counter('fettle_shard_takeovers_total', 'Shards taken over from another node.', () => shards.takeovers);
  to.counter('fettle_shard_folded_samples_total', 'Samples assessed from notes.', () => shards.folded);
  to.counter('fettle_shard_refolds_total', 'Histories of assets assessed anew, from notes.', () => shards.refolds);
  to.counter('fettle_shard_failures_total', 'Turns that failed; they are repeated.', () => shards.failures);
}
