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

/** What a device makes of the readings of a cycle. */
type Statistic = (values: readonly number[]) => number;

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
/** Beside the means: while the rig idles within its cycle its efficiency says nothing. */
const UNDER_LOAD = 'efficiency-under-load';

const ASSET = 'hydraulic-rig-1';
const START = Date.UTC(2020, 0, 1);
const CYCLE = MINUTE;
/** What `profile.txt` has in a line: cooler, valve, leak, accumulator, and 1 while conditions may not be stable yet. */
const PROFILE_FIELDS = 5;

/**
 * UCI 447: a hydraulic rig that repeats a load cycle of a minute. A message a cycle with the mean of each sensor, and the
 * upper quartile of the efficiency;
 * `profile.txt` says how the rig was set and is not sent.
 *
 * @throws DataSetError with file and line
 */
export function readHydraulics(path: string): HydraulicsData {
  const profile = findFile(path, 'profile.txt');
  const cycles = lines(profile).map((line, at) => cycleOf(line, `${profile}:${at + 1}`, START + at * CYCLE));
  const means = Object.entries(METRICS).map(([metric, name]) => sensor(path, metric, name, meanOf));
  const sensors = [...means, sensor(path, UNDER_LOAD, METRICS['efficiency-factor'], upperQuartile)];
  for (const { file, values } of sensors) {
    if (values.length === cycles.length) continue;
    throw new DataSetError(`${file}: ${values.length} cycles; ${profile} has ${cycles.length}`);
  }
  const items: Reading[] = cycles.map(({ time }, at) => ({
    asset: ASSET,
    time,
    values: Object.fromEntries(sensors.map(({ metric, values }) => [metric, values[at]!])),
  }));
  const files = [profile, ...means.map(({ file }) => file)];
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

function sensor(path: string, metric: string, name: string, statistic: Statistic) {
  const file = findFile(path, `${name}.txt`);
  const values = lines(file).map((line, at) => statistic(numbersIn(line, `${file}:${at + 1}`)));
  return { metric, file, values };
}

function numbersIn(line: string, place: string): number[] {
  return line
    .trim()
    .split(/\s+/)
    .map((field, at) => toNumber(field, place, String(at + 1)));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function upperQuartile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(0.75 * sorted.length)]!;
}

function lines(file: string): string[] {
  return readText(file)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}
