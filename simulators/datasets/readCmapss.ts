import { DataSetError } from './dataset.ts';
import { readText, toNumber } from './files.ts';

/**
 * Measured columns of a C-MAPSS file in their order: three operational settings and 21 sensors, named as in Saxena,
 * Goebel, Simon and Eklund: Damage Propagation Modeling for Aircraft Engine Run-to-Failure Simulation (PHM 2008).
 */
export const CMAPSS_COLUMNS = [
  'setting1',
  'setting2',
  'setting3',
  'T2',
  'T24',
  'T30',
  'T50',
  'P2',
  'P15',
  'P30',
  'Nf',
  'Nc',
  'epr',
  'Ps30',
  'phi',
  'NRf',
  'NRc',
  'BPR',
  'farB',
  'htBleed',
  'Nf_dmd',
  'PCNfR_dmd',
  'W31',
  'W32',
] as const;

/** One engine from its first flight cycle to its last; in a training file it fails in the last. */
export interface Engine {
  readonly unit: number;
  /** Cycle n is row n - 1; each row has the values of {@link CMAPSS_COLUMNS}. */
  readonly cycles: readonly (readonly number[])[];
}

const NAMES = ['unit', 'cycle', ...CMAPSS_COLUMNS];

/**
 * Reads `train_FD00x.txt` or `test_FD00x.txt`, also gzipped (`.gz`).
 *
 * @throws DataSetError at the first line that is not 26 numbers or whose cycle does not follow the one before
 */
export function readCmapss(file: string): Engine[] {
  const engines = new Map<number, number[][]>();
  readText(file)
    .split('\n')
    .forEach((line, index) => {
      if (line.trim() !== '') addRow(engines, line, `${file}:${index + 1}`);
    });
  if (engines.size === 0) throw new DataSetError(`${file}: holds no engine; expected lines of ${NAMES.length} numbers`);
  return [...engines].map(([unit, cycles]) => ({ unit, cycles }));
}

/** Reads `RUL_FD00x.txt`: line i is the number of cycles that engine i of the test file has left after its last row. */
export function readRemaining(file: string): number[] {
  const lines = readText(file).split('\n');
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [toNumber(line.trim(), `${file}:${index + 1}`, 'cycles left')],
  );
}

function addRow(engines: Map<number, number[][]>, line: string, place: string): void {
  const fields = line.trim().split(/\s+/);
  if (fields.length !== NAMES.length) {
    throw new DataSetError(`${place}: ${fields.length} columns; expected ${NAMES.length}: ${NAMES.join(', ')}`);
  }
  const numbers = fields.map((field, column) => toNumber(field, place, `${column + 1} (${NAMES[column]})`));
  const [unit, cycle] = numbers as [number, number];
  const cycles = engines.get(unit) ?? [];
  if (!Number.isInteger(unit) || unit < 1) throw new DataSetError(`${place}: unit is ${unit}; expected a whole number`);
  if (cycle !== cycles.length + 1) {
    throw new DataSetError(`${place}: cycle ${cycle} of unit ${unit}; expected cycle ${cycles.length + 1}`);
  }
  cycles.push(numbers.slice(2));
  engines.set(unit, cycles);
}
