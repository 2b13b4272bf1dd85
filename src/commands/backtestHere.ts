import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FolderInUseError } from '../adapters/database/embedded/index.ts';
import { StoreInUseError } from '../adapters/timeseries/duckdb/index.ts';
import { type BacktestDocument, presentBacktestReport } from '../api/resources/backtestReport.ts';
import { backtest } from '../backtest/backtest.ts';
import { planBacktest } from '../backtest/plan.ts';
import { withRecords } from '../backtest/recordedFailures.ts';
import type { Configuration } from '../config/check.ts';
import type { Config } from '../config/schema.ts';
import { UnacceptableError } from '../errors.ts';
import { createLog } from '../log.ts';
import { loadModelsInForce } from '../modelsInForce.ts';
import { asItIs, openConfiguredDatabase, openStore } from '../parts.ts';
import { Teardown } from '../teardown.ts';
import type { AskedBacktest } from './backtest.ts';
import { CommandError } from './commandError.ts';

export interface BacktestRun {
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** Opens the database and the store of a Fettle that does not run, reads, and closes them. */
export async function backtestHere(
  { request, candidates }: AskedBacktest,
  configuration: Configuration,
  { signal, onProgress }: BacktestRun,
): Promise<BacktestDocument> {
  const { config } = configuration;
  refuseEmpty(config);
  const log = createLog('warn');
  const teardown = new Teardown(log);
  try {
    const { database } = await openConfiguredDatabase(asItIs(config), teardown, log);
    const { models } = await loadModelsInForce(database.modelVersions, configuration, log);
    const store = await openStore(config, log);
    teardown.add('time-series store', () => store.close());
    const asked = planBacktest({ ...request, candidates }, { models, assets: await database.assets.all() });
    const plan = await withRecords(asked, database.failures);
    const parts = { store, events: database.events, now: Date.now(), signal, onProgress };
    return presentBacktestReport(await backtest(plan, parts));
  } catch (error) {
    throw forPerson(error);
  } finally {
    await teardown.run();
  }
}

function refuseEmpty({ dataDir, database }: Config): void {
  if (database.url !== undefined || existsSync(join(dataDir, 'database'))) return;
  throw new CommandError(`nothing is stored in ${dataDir} yet: there is no history to try rules on`);
}

function forPerson(error: unknown): unknown {
  if (error instanceof UnacceptableError) return new CommandError(error.message);
  if (!(error instanceof FolderInUseError || error instanceof StoreInUseError)) return error;
  return new CommandError(
    `${error.message}.\nA backtest beside a running Fettle goes through its API: name its address in publicUrl (FETTLE_PUBLIC_URL) and a key of the role engineer in apiKey (FETTLE_API_KEY).`,
  );
}
