import { closeSync, fsyncSync, mkdtempSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDbStore } from '../../dist/src/adapters/timeseries/duckdb/index.js';
import { loadConfiguration } from '../../dist/src/commands/load.js';
import { createLog } from '../../dist/src/log.js';
import { Ledger } from '../../dist/src/metrics.js';
import { Assess } from '../../dist/src/pipeline/assess.js';
import { createDecoder } from '../../dist/src/pipeline/decode.js';
import { Fleet } from '../../dist/src/pipeline/fleet.js';
import { configure, METRICS, SITE } from './installation.mjs';
import { median } from './statistics.mjs';

const MESSAGES = 20_000;
const ROUNDS = 12;
const WARM_UP_ROUNDS = 5;
/** Samples in a write, as Fettle's default. */
const BATCH = 2000;
/** Bytes of a sample as DuckDB logs it: series, time, value, quality, time of receipt. */
const SAMPLE_BYTES = 4 + 8 + 8 + 1 + 8;

/**
 * Times the steps of a message in one process, in turn with their references: decoding and assessing against
 * JSON.parse of the same message, appending to the store against writing and syncing as many bytes to a plain file.
 * Microseconds per message; ratios are medians over the rounds.
 */
export async function measureHotPath(installation) {
  const { config, models, assets } = loadConfiguration({
    file: configure(installation, { url: 'mqtt://127.0.0.1', protocolVersion: 5 }, 'none'),
    env: {},
    cwd: installation.folder,
  });
  const fleet = new Fleet(models);
  for (const asset of assets) fleet.add(asset);
  const directory = mkdtempSync(join(installation.folder, 'store-'));
  const { retention } = config.store;
  const store = await openDuckDbStore({ directory, retention, log: createLog('warn') });
  const steps = {
    decoder: createDecoder({ sources: config.sources, directory: fleet, retention }),
    assess: new Assess(fleet, new Ledger(), unexpected('findings'), unexpected('refold'), unexpected('fault')),
    store,
    file: openSync(join(directory, 'reference'), 'w'),
  };
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await measureRound(steps, messagesOf(round, assets)));
  }
  closeSync(steps.file);
  await store.close();
  return summarize(rounds.slice(WARM_UP_ROUNDS));
}

async function measureRound({ decoder, assess, store, file }, messages) {
  const parse = await time(() => {
    for (const { payload } of messages) JSON.parse(payload.toString());
  });
  const decode = await time(() => {
    for (const message of messages) decoder.decode(message);
  });
  const samples = messages.flatMap((message) => decoder.decode(message).samples);
  if (samples.length !== MESSAGES * METRICS.length) throw new Error(`only ${samples.length} samples were decoded`);
  const fold = await time(() => assess.take(samples));
  const append = await time(async () => {
    for (let first = 0; first < samples.length; first += BATCH) await store.append(samples.slice(first, first + BATCH));
  });
  const bytes = Buffer.alloc(BATCH * SAMPLE_BYTES);
  const sync = await time(() => {
    for (let first = 0; first < samples.length; first += BATCH) {
      writeSync(file, bytes);
      fsyncSync(file);
    }
  });
  return { parse, decode, fold, append, sync };
}

/** Microseconds per message. */
async function time(work) {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1000) / MESSAGES;
}

function messagesOf(round, assets) {
  const steps = MESSAGES / assets.length;
  const start = Date.now() - ROUNDS * steps * 1000;
  return Array.from({ length: MESSAGES }, (_, index) => {
    const step = round * steps + Math.floor(index / assets.length);
    const value = (step % 100) + 0.25;
    const values = Object.fromEntries(METRICS.map((metric) => [metric, value]));
    return {
      topic: `fettle/${SITE}/${assets[index % assets.length].id}/telemetry`,
      payload: Buffer.from(JSON.stringify({ ts: start + Math.floor(step * 1000), values })),
      receivedAt: Date.now(),
    };
  });
}

function summarize(rounds) {
  const micros = (name) => median(rounds.map((round) => round[name]));
  const ratio = (name, reference) => median(rounds.map((round) => round[name] / round[reference]));
  return {
    decode: { micros: micros('decode'), reference: 'JSON.parse', ratio: ratio('decode', 'parse') },
    assess: { micros: micros('fold'), reference: 'JSON.parse', ratio: ratio('fold', 'parse') },
    append: { micros: micros('append'), reference: 'write and fsync a file', ratio: ratio('append', 'sync') },
  };
}

/** The load passes no limit and nothing of it is late: what comes here means that the bench measures something else. */
function unexpected(name) {
  return {
    [name]() {
      throw new Error(`the bench met ${name} that its load should not cause`);
    },
  };
}
