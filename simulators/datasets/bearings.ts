import { type DataSet, inOrderOfTime, type Reading } from './dataset.ts';
import { findFile, readTable, readText, toNumber, toTime } from './files.ts';

export interface BearingData extends DataSet {
  readonly truth: {
    readonly assets: readonly string[];
    readonly failed: string;
    readonly from: number;
    /** The last row before the rig stopped. */
    readonly to: number;
  };
}

/** Mean absolute acceleration below which the rig stands still. */
const STANDS_STILL = 0.01;

/**
 * NASA's IMS bearings, test 2: the mean absolute acceleration of a snapshot each ten minutes, a device a bearing. Bearing 1
 * fails by its outer race at the end. The rows of the stopped rig at the end are replayed as well.
 *
 * @throws DataSetError with file and line
 */
export function readBearings(path: string): BearingData {
  const file = findFile(path, 'test2_mean_abs.csv');
  const columns = readText(file).split(/\r?\n/, 1)[0]!.split(',');
  const assets = columns.slice(1).map((_, at) => `bearing-${at + 1}`);
  const rows = readTable(file, { separator: ',', columns, header: true }).map(({ place, fields }) => ({
    time: toTime(fields[0]!, place, 'the stamp'),
    values: fields.slice(1).map((field, at) => toNumber(field, place, columns[at + 1]!)),
  }));
  const items: Reading[] = rows.flatMap(({ time, values }) =>
    assets.map((asset, at) => ({ asset, time, values: { acceleration: values[at]! } })),
  );
  const running = rows.filter(({ values }) => Math.max(...values) > STANDS_STILL);
  return {
    files: [file],
    devices: assets.map((asset) => ({ asset })),
    items: inOrderOfTime(items),
    truth: { assets, failed: assets[0]!, from: rows[0]!.time, to: running.at(-1)!.time },
  };
}
