import { MINUTE } from '../time.ts';
import { type DataSet, DataSetError, type Reading } from './dataset.ts';
import { findFile, readText, toNumber } from './files.ts';

export interface RigCycle {
  readonly time: number;
  /** Share of the cooler's full efficiency in %: 100 is sound. */
  readonly cooler: number;
  /** 0 none, 1 weak, 2 severe. */
  readonly leak: number;
  /** Conditions were held long enough for its sensors to tell. */
  readonly stable: boolean;
}

export interface HydraulicsData extends DataSet {
  readonly truth: { readonly asset: string; readonly cycles: readonly RigCycle[] };
}

/** Sensor file by metric id. */
const METRICS = {
  'tank-temperature': 'TS1',
  'temperature-2': 'TS2',
  'temperature-3': 'TS3',
  'temperature-4': 'TS4',
  'flow-1': 'FS1',
  'flow-2': 'FS2',
  vibration: 'VS1',
  'efficiency-factor': 'SE',
  'cooling-efficiency': 'CE',
  'cooling-power': 'CP',
} as const;

const ASSET = 'hydraulic-rig-1';
const START = Date.UTC(2020, 0, 1);
const CYCLE = MINUTE;
/** What `profile.txt` has in a line: cooler, valve, leak, accumulator, and 1 while conditions may not be stable yet. */
const PROFILE_FIELDS = 5;

/**
 * UCI 447: a hydraulic rig that repeats a load cycle of a minute. A message a cycle with the mean of each sensor;
 * `profile.txt` says how the rig was set and is not sent.
 *
 * @throws DataSetError with file and line
 */
export function readHydraulics(path: string): HydraulicsData {
  const profile = findFile(path, 'profile.txt');
  const cycles = lines(profile).map((line, at) => cycleOf(line, `${profile}:${at + 1}`, START + at * CYCLE));
  const sensors = Object.entries(METRICS).map(([metric, name]) => {
    const file = findFile(path, `${name}.txt`);
    return { metric, file, means: lines(file).map((line, at) => meanOf(line, `${file}:${at + 1}`)) };
  });
  for (const { file, means } of sensors) {
    if (means.length === cycles.length) continue;
    throw new DataSetError(`${file}: ${means.length} cycles; ${profile} has ${cycles.length}`);
  }
  const items: Reading[] = cycles.map(({ time }, at) => ({
    asset: ASSET,
    time,
    values: Object.fromEntries(sensors.map(({ metric, means }) => [metric, means[at]!])),
  }));
  const files = [profile, ...sensors.map(({ file }) => file)];
  return { files, devices: [{ asset: ASSET }], items, truth: { asset: ASSET, cycles } };
}

function cycleOf(line: string, place: string, time: number): RigCycle {
  const fields = line.trim().split(/\s+/);
  if (fields.length !== PROFILE_FIELDS) {
    throw new DataSetError(`${place}: ${fields.length} columns; expected ${PROFILE_FIELDS}`);
  }
  const [cooler, , leak, , unstable] = fields.map((field, at) => toNumber(field, place, String(at + 1)));
  return { time, cooler: cooler!, leak: leak!, stable: unstable === 0 };
}

function meanOf(line: string, place: string): number {
  const values = line
    .trim()
    .split(/\s+/)
    .map((field, at) => toNumber(field, place, String(at + 1)));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function lines(file: string): string[] {
  return readText(file)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}
