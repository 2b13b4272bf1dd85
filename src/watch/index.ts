import type { Readiness } from '../api/services.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import type { Pipeline, PipelineParts } from '../pipeline/index.ts';
import { addBrokerMetrics } from './broker.ts';
import { addBuildInfo } from './build.ts';
import { addDatabaseMetrics } from './database.ts';
import { addDiskMetrics } from './disk.ts';
import { addJournalMetrics } from './journals.ts';
import { addNodeMetrics } from './nodes.ts';
import { addPartMetrics } from './parts.ts';
import { addPipelineMetrics } from './pipeline.ts';
import { addQueueMetrics } from './queue.ts';
import { Reading } from './reading.ts';
import { addRollupMetrics } from './rollups.ts';
import { addSessionMetrics } from './sessions.ts';
import { addShardMetrics } from './shards.ts';
import { addSpillMetrics } from './spill.ts';

/** Figures that cost a question to a server are at most this old. */
const FRESH: Duration = 10 * SECOND;

/** What a topic of metrics can read from. */
export interface Watched {
  readonly parts: PipelineParts;
  readonly pipeline: Pipeline;
  readonly readiness: () => Promise<Readiness>;
  /** The folder with Fettle's own data. */
  readonly dataDir: string;
  readonly version: string;
  /** Wraps a question to a server, so that a scrape costs little and never fails. */
  reading<T>(name: string, read: () => Promise<T>): Reading<T>;
}

/**
 * Adds what can be read from a running Fettle when it is scraped. One file a topic; a new topic is a new file and a
 * line here.
 */
export function watch(about: Omit<Watched, 'reading'>): void {
  const { clock, log, metrics } = about.parts;
  const watched: Watched = {
    ...about,
    reading: (name, read) => new Reading(read, { name, fresh: FRESH, clock, log }),
  };
  const to = metrics.instruments;
  addBuildInfo(to, watched);
  addPartMetrics(to, watched);
  addPipelineMetrics(to, watched);
  addSessionMetrics(to, watched);
  addShardMetrics(to, watched);
  addBrokerMetrics(to, watched);
  addQueueMetrics(to, watched);
  addDatabaseMetrics(to, watched);
  addNodeMetrics(to, watched);
  addJournalMetrics(to, watched);
  addSpillMetrics(to, watched);
  addRollupMetrics(to, watched);
  addDiskMetrics(to, watched);
}
