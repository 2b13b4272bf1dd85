import { basename, dirname } from 'node:path';
import { type DataSet, inOrderOfTime, type Reading } from './dataset.ts';
import { readTable, readText, toNumber, toTime } from './files.ts';
import { filesUnder } from './units.ts';

export interface SkabRun {
  readonly asset: string;
  readonly from: number;
  readonly to: number;
  /** By message: whether it is marked as anomalous. Empty in a run without a fault. */
  readonly marked: readonly { readonly time: number; readonly anomalous: boolean }[];
  /** First and last marked message. */
  readonly fault?: readonly [from: number, to: number];
}

export interface SkabData extends DataSet {
  readonly truth: { readonly runs: readonly SkabRun[] };
}

/** Column of the file by metric id. */
const METRICS = {
  'acceleration-1': 'Accelerometer1RMS',
  'acceleration-2': 'Accelerometer2RMS',
  current: 'Current',
  pressure: 'Pressure',
  temperature: 'Temperature',
  thermocouple: 'Thermocouple',
  voltage: 'Voltage',
  'flow-rate': 'Volume Flow RateRMS',
} as const;
const COLUMNS = ['datetime', ...Object.values(METRICS)];
const LABEL = 'anomaly';

/**
 * Skoltech's water-pump test bed (SKAB): a device a file, a message a second. The columns `anomaly` and `changepoint` are
 * labels; a file without them has no fault.
 *
 * @throws DataSetError with file and line
 */
export function readSkab(paths: readonly string[]): SkabData {
  const files = filesUnder(paths, '.csv');
  const runs = files.map((file) => readRun(file));
  return {
    files,
    devices: runs.map(({ truth: { asset } }) => ({ asset })),
    items: inOrderOfTime(runs.flatMap(({ readings }) => readings)),
    truth: { runs: runs.map(({ truth }) => truth) },
  };
}

function readRun(file: string): { readings: Reading[]; truth: SkabRun } {
  const asset = `pump-${basename(dirname(file))}-${basename(file, '.csv')}`;
  const labelled = readText(file).split(/\r?\n/, 1)[0]!.split(';').includes(LABEL);
  const columns = labelled ? [...COLUMNS, LABEL] : COLUMNS;
  const rows = readTable(file, { separator: ';', columns, header: true }).map(({ place, fields }) => {
    const numbers = fields.slice(1).map((field, at) => toNumber(field, place, columns[at + 1]!));
    const values = Object.fromEntries(Object.keys(METRICS).map((metric, at) => [metric, numbers[at]!]));
    const time = toTime(fields[0]!, place, 'datetime');
    return { reading: { asset, time, values }, anomalous: labelled && numbers.at(-1) === 1 };
  });
  const times = rows.map(({ reading }) => reading.time);
  const marked = labelled ? rows.map(({ reading: { time }, anomalous }) => ({ time, anomalous })) : [];
  const faulty = marked.filter(({ anomalous }) => anomalous).map(({ time }) => time);
  return {
    readings: rows.map(({ reading }) => reading),
    truth: {
      asset,
      from: Math.min(...times),
      to: Math.max(...times),
      marked,
      ...(faulty.length > 0 && { fault: [Math.min(...faulty), Math.max(...faulty)] as const }),
    },
  };
}
