import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

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

/** A C-MAPSS file that can't be read, with file and line. */
export class CmapssFileError extends Error {
  override readonly name = 'CmapssFileError';
}

const FIELDS = 2 + CMAPSS_COLUMNS.length;

/**
 * Reads `train_FD00x.txt` or `test_FD00x.txt`, also gzipped (`.gz`).
 *
 * @throws CmapssFileError at the first line that is not 26 numbers or whose cycle does not follow the one before
 */
export function readCmapss(file: string): Engine[] {
  const raw = readFileSync(file);
  const text = (file.endsWith('.gz') ? unzip(raw, file) : raw).toString('latin1');
  const engines = new Map<number, number[][]>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() !== '') addRow(engines, line, `${file}:${index + 1}`);
  });
  if (engines.size === 0) throw new CmapssFileError(`${file}: holds no engine; expected lines of ${FIELDS} numbers`);
  return [...engines].map(([unit, cycles]) => ({ unit, cycles }));
}

function addRow(engines: Map<number, number[][]>, line: string, place: string): void {
  const fields = line.trim().split(/\s+/);
  if (fields.length !== FIELDS) {
    throw new CmapssFileError(
      `${place}: ${fields.length} columns; expected ${FIELDS}: unit, cycle, ${CMAPSS_COLUMNS.join(', ')}`,
    );
  }
  const numbers = fields.map((field, column) => toNumber(field, column, place));
  const [unit, cycle] = numbers as [number, number];
  const cycles = engines.get(unit) ?? [];
  if (cycle !== cycles.length + 1) {
    throw new CmapssFileError(`${place}: cycle ${cycle} of unit ${unit}; expected cycle ${cycles.length + 1}`);
  }
  cycles.push(numbers.slice(2));
  engines.set(unit, cycles);
}

/** A -0.0000 of the file becomes 0: JSON knows no negative zero. */
function toNumber(field: string, column: number, place: string): number {
  const value = Number(field);
  const whole = column < 2;
  if (Number.isFinite(value) && (!whole || (Number.isInteger(value) && value > 0))) return value === 0 ? 0 : value;
  const name = ['unit', 'cycle', ...CMAPSS_COLUMNS][column];
  throw new CmapssFileError(
    `${place}: column ${column + 1} (${name}) is '${field}'; expected a ${whole ? 'whole ' : ''}number`,
  );
}

function unzip(raw: Buffer, file: string): Buffer {
  try {
    return gunzipSync(raw);
  } catch (error) {
    throw new CmapssFileError(`${file}: is not gzip data`, { cause: error });
  }
}
