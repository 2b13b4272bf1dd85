import { type FileHandle, open, stat } from 'node:fs/promises';
import type { MalformedLine, Row, TableColumn } from '../../adapters/tables/tableFile.ts';
import { REFUSED_COLUMNS } from './layout.ts';

export interface RefusedRow {
  /** From 1, the line with the names not counted. */
  readonly number: number;
  readonly row: Row;
  readonly refusals: readonly { readonly reason: string; readonly detail: string }[];
}

/**
 * The rows that were refused as CSV, with their place and why: put right, it can be imported as it is. Made when the
 * first row is refused; columns that an earlier import added are not repeated.
 */
export class RefusedRows {
  readonly file: string;
  readonly #columns: readonly (readonly [name: string, at: number])[];
  #handle: FileHandle | undefined;
  #bytes: number;

  /** `bytes` of it are kept: what stands behind is of rows that are read again. */
  constructor(file: string, columns: readonly TableColumn[], bytes: number) {
    this.file = file;
    this.#columns = columns
      .map(({ name }, at) => [name, at] as const)
      .filter(([name]) => !REFUSED_COLUMNS.includes(name));
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when they are durable. */
  async add(rows: readonly RefusedRow[]): Promise<void> {
    await this.#write(
      rows.map(({ number, row, refusals }) => [
        ...this.#columns.map(([, at]) => row[at]!),
        `row ${number}`,
        [...new Set(refusals.map(({ reason }) => reason))].join(' '),
        refusals.map(({ detail }) => detail).join('; '),
      ]),
    );
  }

  /** Lines that could not be told apart into columns: what stands there goes behind the reason. */
  async addLines(lines: readonly MalformedLine[]): Promise<void> {
    const blank = this.#columns.map(() => null);
    await this.#write(
      lines.map(({ line, reason, text }) => [...blank, `line ${line}`, 'malformed', `${reason}: ${text}`]),
    );
  }

  async #write(lines: readonly Row[]): Promise<void> {
    if (lines.length === 0) return;
    const handle = await this.#open();
    const heading = this.#bytes === 0 ? [[...this.#columns.map(([name]) => name), ...REFUSED_COLUMNS]] : [];
    const text = Buffer.from([...heading, ...lines].map((cells) => `${cells.map(cellOf).join(',')}\n`).join(''));
    await handle.write(text, 0, text.length, this.#bytes);
    await handle.sync();
    this.#bytes += text.length;
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle) return this.#handle;
    if (!(await this.#hasKept())) this.#bytes = 0;
    this.#handle = await open(this.file, this.#bytes === 0 ? 'w' : 'r+');
    await this.#handle.truncate(this.#bytes);
    return this.#handle;
  }

  /** Somebody may have moved it away, or put its rows right, while the import was stopped: then it begins anew. */
  async #hasKept(): Promise<boolean> {
    try {
      return (await stat(this.file)).size >= this.#bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** As it came, so that it can be brought again. */
function cellOf(cell: Row[number]): string {
  const text = cell === null ? '' : String(cell);
  return /[",;\t|\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
