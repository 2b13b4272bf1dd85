import { HOUR } from '../time.ts';
import type { DataSet, Reading } from './dataset.ts';
import { inOrderOfTime } from './dataset.ts';
import { findFile, type Row, readTable, toNumber, toTime } from './files.ts';

export interface CompressorData extends DataSet {
  readonly truth: {
    readonly asset: string;
    /** Rows of half an hour each: what the hour counter must come to. */
    readonly hours: number;
    readonly from: number;
    readonly to: number;
    /** Between these two moments the oil was changed; absent where the file does not reach over it. */
    readonly oilChange?: readonly [after: number, before: number];
  };
}

/** Column of the file by metric id. */
const METRICS = {
  'discharge-pressure': 'p_comp',
  'oil-temperature': 't_oleo',
  'motor-temperature': 't_mot',
  'air-temperature': 't_ar',
  frequency: 'freq',
  power: 'potencia',
  vibration: 'vibracao',
} as const;
const STAMP = 'datetime';
const COLUMNS = [STAMP, ...Object.values(METRICS), 'tempo_30_hz', 'tempo_60_hz'];

const ASSET = 'air-compressor-1';
/** The daily mean of the oil temperature falls by 11 °C between these two rows. */
const OIL_CHANGE = [Date.UTC(2022, 8, 15, 21, 30), Date.UTC(2022, 8, 16, 17)] as const;

/**
 * Means of half an hour of a real air compressor, which reports only while it runs. Its counter of hours rises with each
 * row by what the row says it ran at either speed; it is new at the first row.
 *
 * @throws DataSetError with file and line
 */
export function readCompressor(path: string): CompressorData {
  const file = findFile(path, 'telemetry_30min.csv');
  const rows = readTable(file, { separator: ',', columns: COLUMNS, header: true });
  let hours = 0;
  const items = inOrderOfTime(rows.map((row) => readingOf(row))).map((item) => {
    const { ran, ...reading } = item as Reading & { readonly ran: number };
    hours += ran;
    return { ...reading, values: { ...reading.values, 'run-hours': hours } };
  });
  const [from, to] = [items[0]!.time, items.at(-1)!.time];
  const reaches = from <= OIL_CHANGE[0] && to >= OIL_CHANGE[1];
  return {
    files: [file],
    devices: [{ asset: ASSET, installed: { machine: { time: from - HOUR / 2, reading: 0 } } }],
    items,
    truth: { asset: ASSET, hours, from, to, ...(reaches && { oilChange: OIL_CHANGE }) },
  };
}

function readingOf({ place, fields }: Row): Reading & { readonly ran: number } {
  const [stamp, ...rest] = fields;
  const numbers = rest.map((field, at) => toNumber(field, place, COLUMNS[at + 1]!));
  const values = Object.fromEntries(Object.keys(METRICS).map((metric, at) => [metric, numbers[at]!]));
  const [slow, fast] = numbers.slice(-2) as [number, number];
  return { asset: ASSET, time: toTime(stamp!, place, STAMP), values, ran: slow + fast };
}
