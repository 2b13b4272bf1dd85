import { MINUTE } from '../time.ts';
import { type DataSet, DataSetError } from './dataset.ts';
import { findFile, type Row, readTable, toNumber } from './files.ts';

/** A tool as it was used up: what its counter stood at last before it went back to 0, and the jobs around that. */
export interface ToolChange {
  /** The last job of the old tool and the first of the new one, in epoch ms. */
  readonly lastJob: number;
  readonly firstJob: number;
  /** Minutes of the old tool. */
  readonly wear: number;
}

export interface ToolWear extends DataSet {
  readonly truth: {
    readonly changes: readonly ToolChange[];
    /** By job: its time and the minutes on the tool. */
    readonly jobs: readonly { readonly time: number; readonly wear: number }[];
  };
}

/** Column of the file by metric id. */
const METRICS = {
  'air-temperature': 'Air temperature [K]',
  'process-temperature': 'Process temperature [K]',
  'rotational-speed': 'Rotational speed [rpm]',
  torque: 'Torque [Nm]',
  'tool-wear': 'Tool wear [min]',
} as const;
const NAMES = Object.keys(METRICS) as (keyof typeof METRICS)[];
const COLUMNS = Object.values(METRICS);
const WEAR = NAMES.indexOf('tool-wear');

const ASSET = 'milling-machine-1';
/** The file has no times: a job a row. */
const START = Date.UTC(2020, 0, 1);
const JOB = 10 * MINUTE;

/**
 * AI4I 2020 (Matzka, Explainable Artificial Intelligence for Predictive Maintenance Applications, AI4I 2020): a synthetic
 * milling machine, one row a job. Its failure flags are labels and are not read.
 *
 * @throws DataSetError with file and line
 */
export function readToolWear(path: string): ToolWear {
  const file = findFile(path, 'ai4i2020.csv', 'ai4i2020_first_5000.csv');
  const rows = readTable(file, { separator: ',', columns: COLUMNS, header: true });
  const items = rows.map((row, at) => ({ asset: ASSET, time: START + at * JOB, values: valuesOf(row) }));
  const jobs = items.map(({ time, values }) => ({ time, wear: values['tool-wear'] }));
  return { files: [file], devices: [{ asset: ASSET }], items, truth: { jobs, changes: changesIn(jobs) } };
}

function valuesOf({ place, fields }: Row): Record<keyof typeof METRICS, number> {
  const numbers = fields.map((field, at) => toNumber(field, place, COLUMNS[at]!));
  if (numbers[WEAR]! < 0)
    throw new DataSetError(`${place}: column ${COLUMNS[WEAR]} is ${numbers[WEAR]}; expected 0 or more`);
  return Object.fromEntries(NAMES.map((name, at) => [name, numbers[at]])) as Record<keyof typeof METRICS, number>;
}

function changesIn(jobs: ToolWear['truth']['jobs']): ToolChange[] {
  return jobs.flatMap(({ time, wear }, at) => {
    const before = jobs[at - 1];
    return before && wear < before.wear ? [{ lastJob: before.time, firstJob: time, wear: before.wear }] : [];
  });
}
