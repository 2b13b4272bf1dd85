import { createHash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { fileMemo } from '../../adapters/journal/memo.ts';
import { openTable } from '../../adapters/tables/index.ts';
import { type TableFile, UnreadableTableError } from '../../adapters/tables/tableFile.ts';
import type { Decimal } from '../../codecs/textValue.ts';
import type { PastBatch, PastRejection, PastTaken } from '../../domain/past.ts';
import type { Memo } from '../../ports/memo.ts';
import { CommandError } from '../commandError.ts';
import { batchesOf, oneAhead, type RowBatch } from './batches.ts';
import { describeLayout, type Layout, type LayoutOptions, layoutOf } from './layout.ts';
import { besideFile, type Counts, type Progress, recall } from './memory.ts';
import { readerOf } from './readings.ts';
import { RefusedRows } from './refusedRows.ts';
import { estimateRows, ProgressLine, type Total } from './show.ts';
import type { FileSummary } from './summary.ts';
import { type HistoryTaker, takeUntilDone } from './taker.ts';
import { Tally } from './tally.ts';
import { refuseHopeless, TRIAL_READINGS } from './trial.ts';

export interface FileOptions extends LayoutOptions {
  readonly source: string;
  readonly zone?: string;
  readonly timeFormat?: string;
  readonly decimal: Decimal;
  readonly dryRun: boolean;
  /** From the beginning, whatever was imported of it before. */
  readonly again: boolean;
  /** Where progress and refused rows are kept; beside the file by default. */
  readonly notes?: string;
}

export interface ImportContext {
  readonly taker: HistoryTaker;
  readonly signal: AbortSignal;
  /** Writes a line for people. */
  readonly say: (text: string) => void;
}

/** Brings a file, or the rest of it. Throws CommandError; what was brought before is durable, and remembered. */
export async function importFile(file: string, options: FileOptions, context: ImportContext): Promise<FileSummary> {
  const stats = statOf(file);
  const table = await openTable(file).catch(forPerson);
  try {
    const layout = layoutOf(file, table.columns, options);
    return await new FileImport(file, stats, table, layout, options, context).run();
  } catch (error) {
    return forPerson(error);
  } finally {
    table.close();
  }
}

class FileImport {
  readonly #file: string;
  readonly #stats: Stats;
  readonly #table: TableFile;
  readonly #layout: Layout;
  readonly #options: FileOptions;
  readonly #context: ImportContext;
  readonly #key: string;
  readonly #memo: Memo;
  readonly #refusedFile: string;

  constructor(
    file: string,
    stats: Stats,
    table: TableFile,
    layout: Layout,
    options: FileOptions,
    context: ImportContext,
  ) {
    this.#file = file;
    this.#stats = stats;
    this.#table = table;
    this.#layout = layout;
    this.#options = options;
    this.#context = context;
    const { source, zone, timeFormat, decimal, skip, notes } = options;
    const how = { source, zone, timeFormat, decimal, skip, layout, to: context.taker.place };
    const what = { size: stats.size, at: stats.mtimeMs };
    this.#key = createHash('sha256')
      .update(JSON.stringify([what, how]))
      .digest('hex');
    this.#memo = fileMemo(besideFile(file, notes, 'import.json'));
    this.#refusedFile = besideFile(file, notes, 'refused.csv');
  }

  async run(): Promise<FileSummary> {
    const { say } = this.#context;
    const known = await this.#known();
    if (known?.done) {
      say(`${this.#file}: imported already; --again imports it once more`);
      return this.#summary(known.counts);
    }
    for (const line of describeLayout(this.#layout, this.#table.columns)) say(`${this.#file}: ${line}`);
    if (known) say(`${this.#file}: goes on after row ${known.counts.rows.toLocaleString('en')}`);
    return this.#summary(await this.#bring(known));
  }

  async #known(): Promise<Progress | undefined> {
    const { again, dryRun } = this.#options;
    if (again || dryRun) return undefined;
    const known = await recall(this.#memo, this.#key);
    if (known !== 'another') return known;
    this.#context.say(
      `${this.#file}: it or how it is imported has changed since: begins anew; nothing is stored twice`,
    );
    return undefined;
  }

  async #bring(known: Progress | undefined): Promise<Counts> {
    const { signal } = this.#context;
    const tally = new Tally(known?.counts);
    const from = tally.counts.rows;
    const refused = new RefusedRows(this.#refusedFile, this.#table.columns, known?.refusedBytes ?? 0);
    let line: ProgressLine | undefined;
    try {
      for await (const batch of this.#batches(from)) {
        signal.throwIfAborted();
        line ??= new ProgressLine(this.#file, this.#total(batch), from);
        if (batch.first === 0) await this.#look(batch);
        const taken = await this.#take(batch, line);
        await this.#note(batch, taken, { tally, refused });
        line.show(tally.counts);
      }
      await this.#finish(tally, refused);
      return tally.counts;
    } catch (error) {
      if (!signal.aborted) throw error;
      const { rows } = tally.counts;
      throw new CommandError(
        `${this.#file}: stopped after ${rows.toLocaleString('en')} rows; the same command goes on from there`,
      );
    } finally {
      line?.end();
      await refused.close();
    }
  }

  /** What is packed says nothing of its length. */
  #total({ rows }: RowBatch): Total | undefined {
    const { rows: known } = this.#table;
    if (known !== undefined) return { rows: known, isExact: true };
    return this.#file.endsWith('.gz') ? undefined : estimateRows(rows, this.#stats.size);
  }

  #batches(from: number): AsyncIterable<RowBatch> {
    const { timeFormat } = this.#options;
    const timeFormats = new Map(timeFormat === undefined ? [] : [[this.#layout.time, timeFormat]]);
    const readRow = readerOf(this.#layout, this.#table.columns, this.#options);
    return oneAhead(batchesOf(this.#table.read({ from, timeFormats }), readRow, from));
  }

  #asked(readings: PastBatch['readings']): PastBatch {
    const { source: sourceId, zone } = this.#options;
    return { sourceId, readings, ...(zone !== undefined && { zone }) };
  }

  /** Before the first row is stored. */
  async #look({ readings }: RowBatch): Promise<void> {
    if (readings.length === 0) return;
    const trial = this.#asked(readings.slice(0, TRIAL_READINGS));
    refuseHopeless(this.#file, trial, await this.#context.taker.try(trial));
  }

  #take({ readings }: RowBatch, line: ProgressLine): Promise<PastTaken> | PastTaken {
    const { taker, signal } = this.#context;
    if (readings.length === 0) return { stored: 0, duplicate: 0, rejections: [], spans: [] };
    const batch = this.#asked(readings);
    if (this.#options.dryRun) return taker.try(batch);
    return takeUntilDone(taker, batch, { signal, waiting: (why) => line.waiting(why) });
  }

  async #note(
    { first, rows, readings, places }: RowBatch,
    taken: PastTaken,
    { tally, refused }: { readonly tally: Tally; readonly refused: RefusedRows },
  ): Promise<void> {
    tally.add({ rows: rows.length, empty: rows.length - readings.length, taken });
    if (this.#options.dryRun) return;
    const byPlace = new Map<number, PastRejection[]>();
    for (const rejection of taken.rejections) {
      const place = places[rejection.reading]!;
      const others = byPlace.get(place);
      if (others) others.push(rejection);
      else byPlace.set(place, [rejection]);
    }
    const own = [...byPlace].map(([place, refusals]) => ({ number: first + place + 1, row: rows[place]!, refusals }));
    await this.#keeping(refused.file, () => refused.add(own));
    await this.#save(tally, refused, false);
  }

  async #finish(tally: Tally, refused: RefusedRows): Promise<void> {
    const malformed = await this.#table.malformed();
    if (malformed.length > 0)
      tally.addMalformed(malformed.length, `line ${malformed[0]!.line}: ${malformed[0]!.reason}`);
    if (this.#options.dryRun) return;
    await this.#keeping(refused.file, () => refused.addLines(malformed));
    const { size, mtimeMs } = statOf(this.#file);
    const isSame = size === this.#stats.size && mtimeMs === this.#stats.mtimeMs;
    await this.#save(tally, refused, isSame);
    if (!isSame) throw new CommandError(`${this.#file} was changed while it was imported: import it again`);
  }

  async #save({ counts }: Tally, { bytes: refusedBytes }: RefusedRows, done: boolean): Promise<void> {
    const progress: Progress = { key: this.#key, done, refusedBytes, counts };
    await this.#keeping(this.#memo.place, () => this.#memo.write(JSON.stringify(progress)));
  }

  async #keeping(place: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw new CommandError(
        `${place} can't be written: ${(error as Error).message}. With --notes <folder> it is kept elsewhere`,
      );
    }
  }

  #summary(counts: Counts): FileSummary {
    const { dryRun } = this.#options;
    const isKept = !dryRun && counts.refusedRows > 0;
    return { file: this.#file, counts, dryRun, refusedFile: isKept ? this.#refusedFile : undefined };
  }
}

function statOf(file: string): Stats {
  try {
    return statSync(file);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function forPerson(error: unknown): never {
  throw error instanceof UnreadableTableError ? new CommandError(error.message) : error;
}
