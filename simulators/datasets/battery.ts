import { basename } from 'node:path';
import { DAY } from '../time.ts';
import { type DataSet, inOrderOfTime, type Reading } from './dataset.ts';
import { type Row, readTable, toNumber } from './files.ts';
import { filesUnder } from './units.ts';

export interface BatteryCell {
  readonly asset: string;
  /** Cycle and its time at which the capacity first falls below the end of life; absent where it never does. */
  readonly end?: { readonly cycle: number; readonly time: number };
  readonly cycles: number;
}

export interface BatteryData extends DataSet {
  readonly truth: { readonly cells: readonly BatteryCell[]; cyclesBetween(from: number, to: number): number };
}

/** Column of the file by metric id. */
const METRICS = {
  'discharge-voltage': 'mean_discharge_voltage_V',
  'discharge-temperature': 'mean_discharge_temperature_C',
  'equal-voltage-drop-time': 'equal_voltage_drop_discharge_time_s',
  capacity: 'capacity_Ah',
} as const;
const COLUMNS = ['cycle', ...Object.values(METRICS)];
const START = Date.UTC(2020, 0, 1);
/** A discharge a day. */
const CYCLE = DAY;
/** Ah below which the cell is at its end: 30 % of the rated 2 Ah are lost. */
const END_OF_LIFE = 1.4;

/**
 * NASA's Li-ion cells, aged by discharges: one row a discharge, a day apart. The rows after the end of life are replayed
 * as well: the cell goes on being used.
 *
 * @throws DataSetError with file and line
 */
export function readBattery(paths: readonly string[]): BatteryData {
  const files = filesUnder(paths, '.csv');
  const cells = files.map((file) => {
    const asset = `cell-${basename(file, '.csv').toLowerCase()}`;
    const readings = readTable(file, { separator: ',', columns: COLUMNS, header: true }).map((row) =>
      readingOf(asset, row),
    );
    return { asset, readings };
  });
  return {
    files,
    devices: cells.map(({ asset }) => ({ asset, installed: { cell: { time: START } } })),
    items: inOrderOfTime(cells.flatMap(({ readings }) => readings)),
    truth: {
      cells: cells.map(({ asset, readings }) => cellOf(asset, readings)),
      cyclesBetween: (from, to) => (to - from) / CYCLE,
    },
  };
}

function readingOf(asset: string, { place, fields }: Row): Reading {
  const [cycle, ...numbers] = fields.map((field, at) => toNumber(field, place, COLUMNS[at]!));
  const values = Object.fromEntries(Object.keys(METRICS).map((metric, at) => [metric, numbers[at]!]));
  return { asset, time: START + cycle! * CYCLE, values };
}

function cellOf(asset: string, readings: readonly Reading[]): BatteryCell {
  const at = readings.findIndex(({ values }) => Number(values.capacity) < END_OF_LIFE);
  const time = readings[at]?.time;
  return {
    asset,
    cycles: readings.length,
    ...(time !== undefined && { end: { cycle: (time - START) / CYCLE, time } }),
  };
}
