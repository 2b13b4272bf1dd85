import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../adapters/clock.ts';
import { FolderInUseError } from '../../adapters/database/embedded/index.ts';
import { openJournal } from '../../adapters/journal/index.ts';
import { StoreInUseError } from '../../adapters/timeseries/duckdb/index.ts';
import type { Configuration } from '../../config/check.ts';
import type { Config } from '../../config/schema.ts';
import { createLog, type Log } from '../../log.ts';
import { createMetrics, Ledger } from '../../metrics.ts';
import { loadModelsInForce } from '../../modelsInForce.ts';
import { asItIs, NOTE_JOURNAL_BYTES, openConfiguredDatabase, openStore, roomOf } from '../../parts.ts';
import { createDecoder } from '../../pipeline/decode.ts';
import { Fleet } from '../../pipeline/fleet.ts';
import { Ingest } from '../../pipeline/ingest.ts';
import { storeButRefused } from '../../pipeline/refusedSamples.ts';
import { Registration } from '../../pipeline/registration.ts';
import { registryNotes } from '../../pipeline/registryNotes.ts';
import { RollupMarks } from '../../pipeline/rollupMarks.ts';
import { tryPast } from '../../pipeline/tryPast.ts';
import { Teardown } from '../../teardown.ts';
import { CommandError } from '../commandError.ts';
import type { HistoryTaker } from './taker.ts';

/** Into the data of a Fettle that does not run: nothing is assessed, delivered or listened to meanwhile. Once `signal` aborts nothing more is waited for. */
export async function importHere(configuration: Configuration, signal: AbortSignal): Promise<HistoryTaker> {
  const { config } = configuration;
  refuseUnused(config);
  const log = createLog('warn');
  const teardown = new Teardown(log);
  try {
    return await open(configuration, teardown, log, signal);
  } catch (error) {
    await teardown.run();
    throw forPerson(error);
  }
}

async function open(
  configuration: Configuration,
  teardown: Teardown,
  log: Log,
  signal: AbortSignal,
): Promise<HistoryTaker> {
  const { config } = configuration;
  const clock = systemClock;
  const { database } = await openConfiguredDatabase(asItIs(config), teardown, log);
  const { models } = await loadModelsInForce(database.modelVersions, configuration, log);
  // Before any journal: it fails where a Fettle has it, whose journals may hold a record that is being written.
  const store = await openStore(config, log);
  teardown.add('time-series store', () => store.close());
  const journal = (name: string, maxBytes: number) =>
    openJournal({ directory: join(config.dataDir, 'journal', name), maxBytes, log });
  await refuseWaiting(await journal('spill', config.spill.maxMb * 1024 * 1024));
  const rollupMarks = new RollupMarks({
    rollups: database.rollups,
    journal: await journal('rollups', NOTE_JOURNAL_BYTES),
    clock,
    log,
  });
  teardown.add('journal of rollups', () => rollupMarks.close());
  const fleet = new Fleet(models);
  const notes = registryNotes({ database, fleet, journal: await journal('registry', NOTE_JOURNAL_BYTES), log });
  teardown.add('journal of the registry', () => notes.close());
  await notes.import();
  const registration = new Registration(fleet, database, notes, clock);
  await registration.refresh();
  const marked = rollupMarks.guard(store);
  const { sources } = config;
  const decoder = createDecoder({
    sources,
    directory: fleet,
    get retention() {
      return store.retention;
    },
  });
  const ledger = new Ledger();
  const ingest = new Ingest(
    {
      decoder,
      fleet,
      registration,
      broker: { settle: () => undefined },
      brokersHeard: undefined,
      clocks: { hasUnsaved: false, persist: async () => undefined },
      connections: { hasUnsaved: false, persist: async () => undefined, take: () => undefined, heard: () => undefined },
      room: roomOf(config),
      spill: {
        valuesAt: (points, kind) => store.valuesAt(points, kind),
        write: ({ replace }) => storeButRefused(() => marked.replace(replace)),
      },
      assessment: { plan: () => ({ noteBefore: [], append: [], replace: [], noteAfter: [] }), stored: () => undefined },
      deadLetters: { isLost: () => false, keep: async () => undefined },
      note: async () => undefined,
      ledger,
      metrics: createMetrics(ledger),
      clock,
      log,
    },
    { ...config.ingest, horizon: config.assess.horizon },
  );
  const stopNow = () => void ingest.drain(signal);
  if (signal.aborted) stopNow();
  signal.addEventListener('abort', stopNow, { once: true });
  const modelOf = (id: string) => fleet.model(id)?.model;
  return {
    place: config.dataDir,
    take: (batch) => ingest.takePast(batch),
    try: async (batch) =>
      tryPast(batch, { sources, directory: fleet, modelOf, retention: store.retention }, clock.now()),
    close: () => teardown.run(),
  };
}

/** What a Fettle took while its store was away comes before what is older. */
async function refuseWaiting(spill: Awaited<ReturnType<typeof openJournal>>): Promise<void> {
  const { records } = spill.pending();
  await spill.close();
  if (records === 0) return;
  throw new CommandError('samples wait in the spill: start Fettle, let it store them, and import then');
}

function refuseUnused({ dataDir, database }: Config): void {
  if (database.url !== undefined || existsSync(join(dataDir, 'database'))) return;
  throw new CommandError(`Fettle has never run on ${dataDir}: start it once, so that its assets are registered`);
}

function forPerson(error: unknown): unknown {
  if (!(error instanceof FolderInUseError || error instanceof StoreInUseError)) return error;
  return new CommandError(
    `${error.message}.\nAn import beside a running Fettle goes through its API: name its address in publicUrl (FETTLE_PUBLIC_URL) and a key of the role engineer in apiKey (FETTLE_API_KEY).`,
  );
}
