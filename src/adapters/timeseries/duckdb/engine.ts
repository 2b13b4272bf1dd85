import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { RetentionResult } from '../../../ports/timeSeriesStore.ts';
import { Catalogue } from './catalogue.ts';
import { Compactor } from './compactor.ts';
import { removeUnfinished } from './files.ts';
import { Lane } from './lane.ts';
import { Months } from './months.ts';
import type { Argument, EngineOptions, Operation, Result, WriteLog } from './protocol.ts';
import { CREATE_POINT, Reader } from './reader.ts';
import { Stream } from './stream.ts';
import { Writer } from './writer.ts';

/** What the facade may ask of the worker, as run in it. */
type Handlers = { readonly [K in Operation]: (argument: Argument<K>) => Promise<Result<K>> };

interface Lanes {
  readonly write: Lane;
  readonly compaction: Lane;
  /** Look-ups of single values, which ingestion waits for. */
  readonly lookup: Lane;
  /** Queries that may take long. */
  readonly query: Lane;
}

/** DuckDB with the files of one folder: one in-memory instance they are attached to, one connection per lane. */
export class Engine implements Handlers {
  readonly #instance: DuckDBInstance;
  readonly #lanes: Lanes;
  readonly #catalogue: Catalogue;
  readonly #months: Months;
  readonly #writer: Writer;
  readonly #compactor: Compactor;
  readonly #reader: Reader;
  readonly #log: WriteLog;
  readonly #streams = new Map<number, Stream>();
  #lastStream = 0;

  private constructor(
    instance: DuckDBInstance,
    lanes: Lanes,
    catalogue: Catalogue,
    months: Months,
    writer: Writer,
    compactor: Compactor,
    log: WriteLog,
  ) {
    this.#instance = instance;
    this.#lanes = lanes;
    this.#catalogue = catalogue;
    this.#months = months;
    this.#writer = writer;
    this.#compactor = compactor;
    this.#log = log;
    this.#reader = new Reader(catalogue, months);
  }

  static async open(options: EngineOptions, log: WriteLog): Promise<Engine> {
    const { directory } = options;
    mkdirSync(directory, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', settings(options));
    try {
      const connection = await instance.connect();
      const catalogue = await Catalogue.open(connection, directory, Months.present(directory));
      removeUnfinished(directory);
      rmSync(spillFolder(directory), { recursive: true, force: true });
      const months = await Months.open(connection, directory);
      const compaction = new Lane(await instance.connect());
      const writer = await Writer.create(connection, months, compaction);
      const lookup = await instance.connect();
      await lookup.run(CREATE_POINT);
      const query = new Lane(await instance.connect());
      const lanes = { write: new Lane(connection), compaction, lookup: new Lane(lookup), query };
      const compactor = new Compactor(compaction, months, options.compactRows, log);
      compactor.compactDue();
      return new Engine(instance, lanes, catalogue, months, writer, compactor, log);
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  intern = (names: Argument<'intern'>) => this.#healing(this.#lanes.write.run(() => this.#catalogue.intern(names)));

  find = async (names: Argument<'find'>) => this.#catalogue.find(names);

  append = async (samples: Argument<'append'>): Promise<void> => {
    await this.#healing(this.#lanes.write.run(() => this.#writer.append(samples)));
    this.#compactor.compactDue();
  };

  replace = async (samples: Argument<'replace'>): Promise<void> => {
    await this.#healing(this.#lanes.write.run(() => this.#writer.replace(samples)));
    this.#compactor.compactDue();
  };

  valuesAt = (points: Argument<'valuesAt'>) =>
    this.#healing(this.#lanes.lookup.run((connection) => this.#reader.valuesAt(connection, points)));

  range = (request: Argument<'range'>) =>
    this.#healing(this.#lanes.query.run((connection) => this.#reader.range(connection, request, request.limit)));

  buckets = (request: Argument<'buckets'>) =>
    this.#healing(this.#lanes.query.run((connection) => this.#reader.buckets(connection, request, request.width)));

  readFrom = (request: Argument<'readFrom'>): Promise<number> =>
    this.#healing(
      this.#lanes.query.run(async () => {
        const connection = await this.#instance.connect();
        const stream = await Stream.open(connection, this.#catalogue, this.#months, request);
        this.#streams.set(++this.#lastStream, stream);
        return this.#lastStream;
      }),
    );

  next = async (stream: number) => {
    const known = this.#streams.get(stream);
    if (!known) throw new Error('The store ended this read, because it was closed or its files failed; read anew.');
    return this.#healing(known.next());
  };

  cancel = async (stream: number): Promise<void> => {
    const known = this.#streams.get(stream);
    this.#streams.delete(stream);
    await known?.close();
  };

  dropBefore = (cutoff: number): Promise<RetentionResult> =>
    this.#healing(
      this.#exclusively(async () => {
        const result = { droppedSamples: 0, freedBytes: 0 };
        for (const month of this.#months.all().filter(({ end }) => end <= cutoff)) {
          const { samples, bytes } = await this.#months.drop(month);
          result.droppedSamples += samples;
          result.freedBytes += bytes;
        }
        return result;
      }),
    );

  ping = (): Promise<void> => this.#healing(this.#lanes.lookup.run((connection) => this.#check(connection)));

  /** Waits for the work under way; the files are checkpointed, so that the next opening has nothing to replay. */
  close = async (): Promise<void> => {
    await this.#exclusively(async () => {
      await this.#closeStreams();
      this.#months.closeAppenders();
    });
    const { write, compaction, lookup, query } = this.#lanes;
    for (const lane of [write, compaction, lookup, query]) lane.close();
    this.#instance.closeSync();
  };

  /** When an operation failed, sees to it that its repetition meets files that answer, if that is in the store's power. */
  async #healing<T>(operation: Promise<T>): Promise<T> {
    try {
      return await operation;
    } catch (error) {
      await this.#exclusively((connection) => this.#heal(connection));
      throw error;
    }
  }

  /** An open stream holds on to its files, which then could not be attached anew. */
  async #heal(connection: DuckDBConnection): Promise<void> {
    const reason = await this.#check(connection).catch((error: unknown) => String(error));
    if (!reason) return;
    await this.#closeStreams();
    try {
      await this.#catalogue.heal();
      await this.#months.heal();
      this.#log({ level: 'warn', fields: { reason }, text: 'the files of the time-series store were opened anew' });
    } catch (error) {
      const fields = { reason, error: String(error) };
      this.#log({ level: 'warn', fields, text: 'the files of the time-series store could not be opened anew' });
    }
  }

  async #check(connection: DuckDBConnection): Promise<void> {
    await this.#catalogue.check(connection);
    await this.#months.check(connection);
  }

  async #closeStreams(): Promise<void> {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) await stream.close();
  }

  /**
   * Runs `work` while no other operation uses the files. The lane of queries comes first, for they may take long;
   * compaction comes after write, as it does for replacing.
   */
  #exclusively<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const { write, compaction, lookup, query } = this.#lanes;
    return query.run(() => write.run((connection) => compaction.run(() => lookup.run(() => work(connection)))));
  }
}

function settings({ directory, memoryLimitMb, threads }: EngineOptions): Record<string, string> {
  return {
    memory_limit: `${memoryLimitMb}MB`,
    threads: String(threads),
    temp_directory: spillFolder(directory),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
}

/** Where DuckDB puts what does not fit into its memory while it sorts. */
function spillFolder(directory: string): string {
  return join(directory, 'sorting');
}
