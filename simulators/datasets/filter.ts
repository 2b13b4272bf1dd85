import { HOUR } from '../time.ts';
import { type DataSet, inOrderOfTime, type Reading } from './dataset.ts';
import { findFile, type Row, readTable, toNumber } from './files.ts';
import { groupBy } from './units.ts';

export interface FilterRun {
  readonly asset: string;
  /** Epoch ms of the failure: the pressure passes 600 Pa. */
  readonly failsAt: number;
  readonly lastTime: number;
}

export interface FilterData extends DataSet {
  readonly truth: { readonly runs: readonly FilterRun[] };
}

const COLUMNS = ['unit', 'time_s', 'differential_pressure_pa', 'flow_rate', 'dust_feed_mm3_s', 'sampling_hz', 'rul_s'];
/** A second of the rig stands for an hour of a filter. */
const SECOND_AS = HOUR;
const START = Date.UTC(2020, 0, 1);
/** Rows of a message. */
const ROWS = 10;

interface Sample {
  readonly unit: number;
  readonly seconds: number;
  readonly pressure: number;
  readonly flow: number;
  /** mm³ since the row before. */
  readonly dust: number;
  readonly left: number;
}

/**
 * Air filters clogging on a rig at 10 Hz, some two minutes a run: a second becomes an hour, and a message has the means
 * of ten rows and the dust fed so far. What is left of the life (`rul_s`) is the truth and is not sent.
 *
 * @throws DataSetError with file and line
 */
export function readFilter(path: string): FilterData {
  const file = findFile(path, 'train.csv');
  const samples = readTable(file, { separator: ',', columns: COLUMNS, header: true }).map(sampleOf);
  const units = [...groupBy(samples, ({ unit }) => `filter-${unit}`)];
  const items = units.flatMap(([asset, rows]) => messages(asset, rows));
  return {
    files: [file],
    devices: units.map(([asset]) => ({ asset, installed: { filter: { time: START, reading: 0 } } })),
    items: inOrderOfTime(items),
    truth: { runs: units.map(([asset, rows]) => runOf(asset, rows.at(-1)!)) },
  };
}

function sampleOf({ place, fields }: Row): Sample {
  const numbers = fields.map((field, at) => toNumber(field, place, COLUMNS[at]!));
  const [unit, seconds, pressure, flow, feed, rate, left] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { unit, seconds, pressure, flow, dust: feed / rate, left };
}

function messages(asset: string, samples: readonly Sample[]): Reading[] {
  const readings: Reading[] = [];
  let dust = 0;
  for (let from = 0; from + ROWS <= samples.length; from += ROWS) {
    const rows = samples.slice(from, from + ROWS);
    dust += rows.reduce((sum, row) => sum + row.dust, 0);
    const values = {
      'differential-pressure': meanOf(rows.map(({ pressure }) => pressure)),
      'flow-rate': meanOf(rows.map(({ flow }) => flow)),
      'dust-fed': dust,
    };
    readings.push({ asset, time: timeOf(rows.at(-1)!.seconds), values });
  }
  return readings;
}

function runOf(asset: string, { seconds, left }: Sample): FilterRun {
  return { asset, failsAt: timeOf(seconds + left), lastTime: timeOf(seconds) };
}

const timeOf = (seconds: number): number => Math.round(START + seconds * SECOND_AS);

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
