import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type DataSet, DataSetError, inOrderOfTime } from './dataset.ts';
import { findFile, readTable, readText, toNumber, toTime } from './files.ts';

export interface NabData extends DataSet {
  readonly truth: {
    readonly asset: string;
    /** What people marked as anomalous, from–to. */
    readonly windows: readonly (readonly [from: number, to: number])[];
    readonly from: number;
    readonly to: number;
  };
}

const ASSET = 'office-1';

/**
 * NAB's ambient temperature of an office, hourly, with gaps. The marked windows are read from `windows.json` beside the
 * file and are not sent.
 *
 * @throws DataSetError with file and line
 */
export function readNab(path: string): NabData {
  const file = findFile(path, 'ambient_temperature_system_failure.csv');
  const rows = readTable(file, { separator: ',', columns: ['timestamp', 'value'], header: true });
  const items = rows.map(({ place, fields }) => ({
    asset: ASSET,
    time: toTime(fields[0]!, place, 'timestamp'),
    values: { temperature: toNumber(fields[1]!, place, 'value') },
  }));
  const sorted = inOrderOfTime(items);
  const truth = { asset: ASSET, windows: windowsOf(file), from: sorted[0]!.time, to: sorted.at(-1)!.time };
  return { files: [file], devices: [{ asset: ASSET }], items: sorted, truth };
}

function windowsOf(file: string): [number, number][] {
  const place = join(dirname(file), 'windows.json');
  if (!existsSync(place))
    throw new DataSetError(`${place}: no such file; it has the marked windows of ${basename(file)}`);
  const all = parse(place);
  const name = Object.keys(all).find((key) => basename(key) === basename(file));
  const windows = name === undefined ? undefined : all[name];
  if (!Array.isArray(windows)) throw new DataSetError(`${place}: has no windows of ${basename(file)}`);
  return windows.map(([from, to]) => [toTime(String(from), place, 'window'), toTime(String(to), place, 'window')]);
}

function parse(place: string): Record<string, unknown> {
  try {
    return JSON.parse(readText(place)) as Record<string, unknown>;
  } catch (error) {
    throw new DataSetError(`${place}: is not JSON (${String(error)})`, { cause: error });
  }
}
