import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AGGREGATE_WIDTHS, type RetentionResult } from '../../../ports/timeSeriesStore.ts';
import { Aggregates } from './aggregates.ts';
import { Catalogue } from './catalogue.ts';
import { readBuckets, readSamples } from './chunks.ts';
import { Compactor } from './compactor.ts';
import { removeUnfinished } from './files.ts';
import { Lane } from './lane.ts';
import { SAMPLES } from './layouts.ts';
import { Partitions } from './partitions.ts';
import type { Argument, BucketColumns, EngineOptions, Operation, Result, SampleColumns, WriteLog } from './protocol.ts';
import { CREATE_POINT, Reader } from './reader.ts';
import { Stream } from './stream.ts';
import { bucketsOf, samplesAfter } from './streams.ts';
import { Writer } from './writer.ts';

/** What the facade may ask of the worker, as run in it. */
type Handlers = { readonly [K in Operation]: (argument: Argument<K>) => Promise<Result<K>> };

interface Lanes {
  readonly write: Lane;
  readonly compaction: Lane;
  /** Writes and compacts aggregates. */
  readonly rollup: Lane;
  /** Look-ups of single values, which ingestion waits for. */
  readonly lookup: Lane;
  /** Queries that may take long. */
  readonly query: Lane;
}

interface EngineParts {
  readonly instance: DuckDBInstance;
  readonly lanes: Lanes;
  readonly catalogue: Catalogue;
  readonly months: Partitions;
  readonly aggregates: Aggregates;
  readonly writer: Writer;
  readonly compactor: Compactor;
  readonly log: WriteLog;
}

/** DuckDB with the files of one folder: one in-memory instance they are attached to, one connection per lane. */
export class Engine implements Handlers {
  readonly #instance: DuckDBInstance;
  readonly #lanes: Lanes;
  readonly #catalogue: Catalogue;
  readonly #months: Partitions;
  readonly #aggregates: Aggregates;
  readonly #writer: Writer;
  readonly #compactor: Compactor;
  readonly #reader: Reader;
  readonly #log: WriteLog;
  readonly #streams = new Map<number, Stream<SampleColumns>>();
  readonly #bucketStreams = new Map<number, Stream<BucketColumns>>();
  #lastStream = 0;

  private constructor(parts: EngineParts) {
    this.#instance = parts.instance;
    this.#lanes = parts.lanes;
    this.#catalogue = parts.catalogue;
    this.#months = parts.months;
    this.#aggregates = parts.aggregates;
    this.#writer = parts.writer;
    this.#compactor = parts.compactor;
    this.#log = parts.log;
    this.#reader = new Reader(parts.catalogue, parts.months);
  }

  static async open(options: EngineOptions, log: WriteLog): Promise<Engine> {
    const { directory, compactRows } = options;
    mkdirSync(directory, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', settings(options));
    try {
      const connection = await instance.connect();
      const catalogue = await Catalogue.open(connection, directory, Partitions.present(directory));
      removeUnfinished(directory);
      rmSync(spillFolder(directory), { recursive: true, force: true });
      const months = await Partitions.open(connection, directory, SAMPLES);
      const compaction = new Lane(await instance.connect());
      const writer = await Writer.create(connection, months, compaction);
      const lookup = await instance.connect();
      await lookup.run(CREATE_POINT);
      const rolling = await instance.connect();
      const rollup = new Lane(rolling);
      const aggregates = await Aggregates.open(rolling, rollup, directory, compactRows, log);
      const query = new Lane(await instance.connect());
      const lanes = { write: new Lane(connection), compaction, rollup, lookup: new Lane(lookup), query };
      const compactor = new Compactor(compaction, months, compactRows, log);
      compactor.compactDue();
      aggregates.compactDue();
      return new Engine({ instance, lanes, catalogue, months, aggregates, writer, compactor, log });
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
        const query = () => samplesAfter(connection, this.#catalogue, this.#months, request);
        const stream = await Stream.open(connection, query, readSamples);
        this.#streams.set(++this.#lastStream, stream);
        return this.#lastStream;
      }),
    );

  next = (stream: number) => this.#healing(nextOf(this.#streams, stream));

  aggregate = (request: Argument<'aggregate'>) =>
    this.#healing(
      this.#lanes.query.run(async () => {
        const { ids, assetIds, metricIds } = this.#catalogue.seriesOf(request.assetIds);
        const connection = await this.#instance.connect();
        const query = () => bucketsOf(connection, this.#months, ids, request);
        const stream = await Stream.open(connection, query, readBuckets);
        this.#bucketStreams.set(++this.#lastStream, stream);
        return { stream: this.#lastStream, assetIds, metricIds };
      }),
    );

  nextBuckets = (stream: number) => this.#healing(nextOf(this.#bucketStreams, stream));

  cancel = async (stream: number): Promise<void> => {
    const known = this.#streams.get(stream) ?? this.#bucketStreams.get(stream);
    this.#streams.delete(stream);
    this.#bucketStreams.delete(stream);
    await known?.close();
  };

  saveAggregates = async ({ width, buckets }: Argument<'saveAggregates'>): Promise<void> => {
    await this.#healing(this.#lanes.rollup.run(() => this.#aggregates.save(width, buckets)));
    this.#aggregates.compactDue();
  };

  aggregates = (request: Argument<'aggregates'>) =>
    this.#healing(
      this.#lanes.query.run((connection) => this.#aggregates.read(connection, this.#catalogue, request, request.width)),
    );

  dropBefore = (cutoffs: Argument<'dropBefore'>): Promise<RetentionResult> =>
    this.#healing(
      this.#exclusively(async () => {
        const dropped = await dropEnded(this.#months, cutoffs.samples);
        let freedBytes = dropped.bytes;
        for (const width of AGGREGATE_WIDTHS)
          freedBytes += (await dropEnded(this.#aggregates.of(width), cutoffs.aggregates[width])).bytes;
        return { droppedSamples: dropped.rows, freedBytes };
      }),
    );

  ping = (): Promise<void> => this.#healing(this.#lanes.lookup.run((connection) => this.#check(connection)));

  /** Waits for the work under way; the files are checkpointed, so that the next opening has nothing to replay. */
  close = async (): Promise<void> => {
    await this.#exclusively(async () => {
      await this.#closeStreams();
      for (const partitions of this.#files()) partitions.closeAppenders();
    });
    const { write, compaction, rollup, lookup, query } = this.#lanes;
    for (const lane of [write, compaction, rollup, lookup, query]) lane.close();
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
      for (const partitions of this.#files()) await partitions.heal();
      this.#log({ level: 'warn', fields: { reason }, text: 'the files of the time-series store were opened anew' });
    } catch (error) {
      const fields = { reason, error: String(error) };
      this.#log({ level: 'warn', fields, text: 'the files of the time-series store could not be opened anew' });
    }
  }

  async #check(connection: DuckDBConnection): Promise<void> {
    await this.#catalogue.check(connection);
    for (const partitions of this.#files()) await partitions.check(connection);
  }

  async #closeStreams(): Promise<void> {
    const streams = [...this.#streams.values(), ...this.#bucketStreams.values()];
    this.#streams.clear();
    this.#bucketStreams.clear();
    for (const stream of streams) await stream.close();
  }

  #files(): Partitions[] {
    return [this.#months, ...this.#aggregates.all()];
  }

  /**
   * Runs `work` while no other operation uses the files. The lane of queries comes first, for they may take long;
   * compaction comes after write, as it does for replacing.
   */
  #exclusively<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const { write, compaction, rollup, lookup, query } = this.#lanes;
    return query.run(() =>
      rollup.run(() => write.run((connection) => compaction.run(() => lookup.run(() => work(connection))))),
    );
  }
}

async function nextOf<T>(streams: ReadonlyMap<number, Stream<T>>, stream: number): Promise<T | undefined> {
  const known = streams.get(stream);
  if (!known) throw new Error('The store ended this read, because it was closed or its files failed; read anew.');
  return known.next();
}

async function dropEnded(partitions: Partitions, cutoff: number): Promise<{ rows: number; bytes: number }> {
  const dropped = { rows: 0, bytes: 0 };
  for (const partition of partitions.all().filter(({ end }) => end <= cutoff)) {
    const { rows, bytes } = await partitions.drop(partition);
    dropped.rows += rows;
    dropped.bytes += bytes;
  }
  return dropped;
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
