import { HOUR } from '../time.ts';
import type { DataSet, Reading } from './dataset.ts';
import { findFile } from './files.ts';
import { CMAPSS_COLUMNS, type Engine, readCmapss } from './readCmapss.ts';

export interface ReplayedEngine {
  readonly asset: string;
  readonly unit: number;
  /** The last cycle of a training file is its failure. */
  readonly lastCycle: number;
}

export interface EngineFleet extends DataSet {
  readonly engines: readonly ReplayedEngine[];
  /** The cycle that was flown at a time; the same for all engines, since they start together. */
  cycleAt(time: number): number;
  /** Epoch ms of a cycle. */
  timeOf(cycle: number): number;
}

/** Time that a flight cycle stands for. */
const CYCLE = HOUR;
/** The files have no times. */
const END = Date.UTC(2020, 0, 1);

/** The file that was named, or `{set}.txt` or `{set}.txt.gz` in the folder that was named. */
export function findCmapss(path: string, set: string): string {
  return findFile(path, `${set}.txt`);
}

/**
 * NASA's C-MAPSS engines as a fleet of devices. Cycle n is stamped `end - (longest life - n)` hours: all start together
 * and nothing lies after `end`. Unit and cycle numbers, from which the remaining life could be told, are not sent.
 *
 * @param end epoch ms of the last cycle of the engine that lives longest
 * @throws DataSetError when the file can't be read
 */
export function readEngineFleet(file: string, end: number = END): EngineFleet {
  const engines = readCmapss(file);
  const longest = Math.max(...engines.map(({ cycles }) => cycles.length));
  const start = Math.floor(end) - longest * CYCLE;
  const timeOf = (cycle: number) => start + cycle * CYCLE;
  return {
    files: [file],
    devices: engines.map(({ unit }) => ({ asset: engineId(unit) })),
    items: inCycles(engines, longest, timeOf),
    engines: engines.map(({ unit, cycles }) => ({ asset: engineId(unit), unit, lastCycle: cycles.length })),
    cycleAt: (time) => Math.floor((time - start) / CYCLE),
    timeOf,
  };
}

/** Cycle n of every engine, then cycle n + 1. */
function inCycles(engines: readonly Engine[], longest: number, timeOf: (cycle: number) => number): Reading[] {
  const items: Reading[] = [];
  for (let cycle = 1; cycle <= longest; cycle++) {
    for (const { unit, cycles } of engines) {
      const row = cycles[cycle - 1];
      if (row) items.push({ asset: engineId(unit), time: timeOf(cycle), values: valuesOf(row) });
    }
  }
  return items;
}

function valuesOf(row: readonly number[]): Record<string, number> {
  return Object.fromEntries(CMAPSS_COLUMNS.map((column, index) => [column, row[index]!]));
}

const engineId = (unit: number): string => `engine-${unit}`;
