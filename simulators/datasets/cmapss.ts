import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectPublisher, endPublisher, publishSurely, type SimulatorLog, Window } from '../publisher.ts';
import { HOUR } from '../time.ts';
import { CMAPSS_COLUMNS, CmapssFileError, type Engine, readCmapss } from './readCmapss.ts';

export interface CmapssReplayOptions {
  /** A file, or a folder that holds `{set}.txt` or `{set}.txt.gz`. */
  readonly path: string;
  /** Default `train_FD001`. */
  readonly set?: string;
  readonly mqttUrl: string;
  readonly username?: string;
  readonly password?: string;
  /** Only these units; all when absent. */
  readonly engines?: readonly number[];
  /** Time that a flight cycle stands for, in ms. Default: 1 h. */
  readonly cycleDuration?: number;
  /** Epoch ms of the last cycle of the engine that lives longest. Default: now. */
  readonly end?: number;
  /** `{asset}` becomes the engine's id. */
  readonly topic?: string;
  /** Messages published and not yet acknowledged. Default 200. */
  readonly maxInFlight?: number;
  readonly onProgress?: (acknowledged: number, total: number) => void;
  readonly signal?: AbortSignal;
  readonly log?: SimulatorLog;
}

export interface ReplayedEngine {
  readonly asset: string;
  readonly unit: number;
  /** The last cycle of a training file is its failure. */
  readonly lastCycle: number;
  /** Epoch ms of that cycle. */
  readonly lastTime: number;
}

export interface CmapssReplay {
  readonly file: string;
  readonly engines: readonly ReplayedEngine[];
  readonly published: number;
  readonly acknowledged: number;
  /** The cycle that was flown at a time; the same for all engines, since they start together. */
  cycleAt(time: number): number;
  /** Epoch ms of a cycle. */
  timeOf(cycle: number): number;
}

export const CMAPSS_TOPIC = 'fettle/cmapss/{asset}/telemetry';
const engineId = (unit: number): string => `engine-${unit}`;

/**
 * Publishes NASA's C-MAPSS engines as a fleet of MQTT devices, QoS 1, over one connection in order of time: cycle n of
 * every engine, then cycle n + 1. The one offset: cycle n is stamped `end - (longest life - n) * cycleDuration`, so that
 * nothing lies after `end`. Unit and cycle numbers, from which the remaining life could be told, are not sent.
 *
 * @throws CmapssFileError when the file can't be read
 */
export async function replayCmapss(options: CmapssReplayOptions): Promise<CmapssReplay> {
  const file = findFile(options);
  const engines = choose(readCmapss(file), options.engines, file);
  const cycleDuration = options.cycleDuration ?? HOUR;
  const longest = Math.max(...engines.map((engine) => engine.cycles.length));
  const start = Math.floor(options.end ?? Date.now()) - longest * cycleDuration;
  const timeOf = (cycle: number) => start + cycle * cycleDuration;
  const counts = await publish(options, engines, longest, timeOf);
  return {
    file,
    ...counts,
    engines: engines.map(({ unit, cycles }) => ({
      asset: engineId(unit),
      unit,
      lastCycle: cycles.length,
      lastTime: timeOf(cycles.length),
    })),
    cycleAt: (time) => Math.floor((time - start) / cycleDuration),
    timeOf,
  };
}

async function publish(
  options: CmapssReplayOptions,
  engines: readonly Engine[],
  longest: number,
  timeOf: (cycle: number) => number,
): Promise<{ published: number; acknowledged: number }> {
  const signal = options.signal ?? new AbortController().signal;
  const total = engines.reduce((sum, engine) => sum + engine.cycles.length, 0);
  const topic = options.topic ?? CMAPSS_TOPIC;
  const window = new Window(options.maxInFlight ?? 200);
  const client = connectPublisher({ ...options, clientId: `cmapss-replay-${process.pid}` });
  const counts = { published: 0, acknowledged: 0 };
  try {
    for (let cycle = 1; cycle <= longest; cycle++) {
      for (const { unit, cycles } of engines) {
        const row = cycles[cycle - 1];
        if (row) await send(topic.replaceAll('{asset}', engineId(unit)), payloadOf(timeOf(cycle), row));
        if (signal.aborted) return counts;
      }
    }
    await window.empty(signal);
    return counts;
  } finally {
    await endPublisher(client, window.open === 0);
  }

  async function send(to: string, payload: string): Promise<void> {
    await window.room(signal);
    if (signal.aborted) return;
    window.take();
    counts.published++;
    publishSurely(client, to, payload, signal, (acknowledged) => {
      window.release();
      if (acknowledged) options.onProgress?.(++counts.acknowledged, total);
    });
  }
}

function payloadOf(time: number, row: readonly number[]): string {
  const values = Object.fromEntries(CMAPSS_COLUMNS.map((column, index) => [column, row[index]]));
  return JSON.stringify({ ts: time, values });
}

function findFile({ path, set = 'train_FD001' }: CmapssReplayOptions): string {
  if (/\.txt(\.gz)?$/.test(path)) return path;
  const candidates = [`${set}.txt`, `${set}.txt.gz`].map((name) => join(path, name));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found) return found;
  const there = existsSync(path) ? readdirSync(path).join(', ') || 'nothing' : 'no such folder';
  throw new CmapssFileError(`${path}: has no ${set}.txt or ${set}.txt.gz (there: ${there})`);
}

function choose(engines: readonly Engine[], units: readonly number[] | undefined, file: string): readonly Engine[] {
  if (!units) return engines;
  return units.map((unit) => {
    const engine = engines.find((candidate) => candidate.unit === unit);
    if (engine) return engine;
    throw new CmapssFileError(
      `${file}: has no unit ${unit}; its units are ${engines[0]!.unit} to ${engines.at(-1)!.unit}`,
    );
  });
}
