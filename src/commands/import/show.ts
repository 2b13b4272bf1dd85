import type { Row } from '../../adapters/tables/tableFile.ts';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { Counts } from './memory.ts';
import { showTime } from './summary.ts';

const ON_TERMINAL: Duration = SECOND / 4;
const IN_LOG: Duration = 10 * SECOND;

/** How many rows a file has. */
export interface Total {
  readonly rows: number;
  readonly isExact: boolean;
}

/** By the length of its first rows; `bytes` are those of the file. */
export function estimateRows(first: readonly Row[], bytes: number): Total | undefined {
  const length = (row: Row) =>
    row.reduce<number>((sum, cell) => sum + (cell === null ? 0 : String(cell).length) + 1, 0);
  const sample = first.slice(0, 1000);
  const sum = sample.reduce((total, row) => total + length(row), 0);
  return sum === 0 ? undefined : { rows: Math.round((bytes * sample.length) / sum), isExact: false };
}

/** Shows on standard error how far a file is: one line on a terminal, else a line every ten seconds. */
export class ProgressLine {
  readonly #name: string;
  readonly #total: Total | undefined;
  readonly #out: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  readonly #startedWith: number;
  #shownAt: number;
  #width = 0;

  /** `done` rows were brought before. */
  constructor(name: string, total: Total | undefined, done: number, out: NodeJS.WriteStream = process.stderr) {
    this.#name = name;
    this.#total = total;
    this.#out = out;
    this.#startedWith = done;
    this.#shownAt = out.isTTY ? Number.NEGATIVE_INFINITY : this.#startedAt;
  }

  show(counts: Counts): void {
    const now = performance.now();
    if (now - this.#shownAt < (this.#out.isTTY ? ON_TERMINAL : IN_LOG)) return;
    this.#shownAt = now;
    this.#write(this.#words(counts, now));
  }

  waiting(why: string): void {
    this.#write(`${this.#name}: waiting: ${why}`);
  }

  /** Leaves the line for what is written next. */
  end(): void {
    if (this.#out.isTTY && this.#width > 0) this.#out.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }

  #words({ rows, stored, duplicate, refusedRows }: Counts, now: number): string {
    const rate = (1000 * (rows - this.#startedWith)) / (now - this.#startedAt);
    const share = this.#share(rows, rate);
    const n = (count: number) => Math.round(count).toLocaleString('en');
    const there = duplicate > 0 ? `, ${n(duplicate)} there already` : '';
    const refused = refusedRows > 0 ? `, ${n(refusedRows)} rows refused` : '';
    return `${this.#name}: ${n(rows)} rows${share}, ${n(stored)} samples stored${there}${refused}, ${n(rate)} rows/s`;
  }

  #share(rows: number, rate: number): string {
    if (!this.#total) return '';
    const { isExact } = this.#total;
    const total = Math.max(this.#total.rows, rows);
    const percent = Math.min(isExact ? 100 : 99, Math.floor((100 * rows) / total));
    const left = rate > 0 ? `, ${showTime((total - rows) / rate)} left` : '';
    return ` (${isExact ? '' : 'about '}${percent} %${left})`;
  }

  #write(text: string): void {
    if (!this.#out.isTTY) {
      this.#out.write(`${text}\n`);
      return;
    }
    const line = text.slice(0, (this.#out.columns || 80) - 1);
    this.#out.write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }
}
