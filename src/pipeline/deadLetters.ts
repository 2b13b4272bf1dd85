import type { RejectionReason } from '../domain/sample.ts';
import { type Duration, MINUTE, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { InboundMessage } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, DeadLetter } from '../ports/database.ts';
import { type Journal, JournalFullError } from '../ports/journal.ts';
import type { Refused } from './batch.ts';

export interface DeadLetterOptions {
  /** Bytes of a payload that are kept. */
  readonly payloadBytes: number;
  /** Dead letters kept in the database; the oldest go first. */
  readonly maxKept: number;
  readonly importEvery: Duration;
}

const IMPORT_BATCH = 500;
/** How often the number kept is brought back to its bound. */
const PRUNE_EVERY = 20;

/**
 * Keeps what was refused: at line rate in a journal, so that messages can be settled while the database is down, from
 * there in batches in the database. What the full journal can't take is lost, and counted.
 */
export class DeadLetters {
  readonly #journal: Journal;
  readonly #database: Pick<Database, 'deadLetters'>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #options: DeadLetterOptions;
  readonly #lost = new WeakSet<InboundMessage>();
  /** Refused since it was last told, by reason. */
  readonly #untold = new Map<RejectionReason, number>();
  #tellAt = Number.NEGATIVE_INFINITY;
  #stop: (() => void) | undefined;
  #imports = 0;
  #importing: Promise<void> = Promise.resolve();

  constructor(
    journal: Journal,
    database: Pick<Database, 'deadLetters'>,
    clock: Clock,
    log: Log,
    options: DeadLetterOptions,
  ) {
    this.#journal = journal;
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
  }

  /** Makes what was refused durable. When the journal is full they are lost instead: see `isLost`. */
  async keep(refused: readonly Refused[]): Promise<void> {
    const now = this.#clock.now();
    this.#tell(refused, now);
    const records = refused.map((item) => encode(this.#deadLetter(item, now)));
    try {
      await this.#journal.append(records);
    } catch (error) {
      if (!(error instanceof JournalFullError)) throw error;
      await this.#keepWhatFits(refused, records);
    }
  }

  async #keepWhatFits(refused: readonly Refused[], records: readonly Uint8Array[]): Promise<void> {
    const results = await Promise.allSettled(records.map((record) => this.#journal.append([record])));
    let lost = 0;
    for (const [at, result] of results.entries()) {
      if (result.status === 'fulfilled') continue;
      if (!(result.reason instanceof JournalFullError)) throw result.reason;
      this.#lost.add(refused[at]!.message);
      lost++;
    }
    if (lost > 0)
      this.#log.error({ deadLetters: lost }, 'dead letters lost: their journal is full; is the database down?');
  }

  /** Says what is refused, at most once a minute. */
  #tell(refused: readonly Refused[], now: Timestamp): void {
    for (const { rejection } of refused) {
      this.#untold.set(rejection.reason, (this.#untold.get(rejection.reason) ?? 0) + 1);
    }
    if (now < this.#tellAt) return;
    this.#tellAt = now + MINUTE;
    const latest = refused.at(-1);
    this.#log.warn(
      { reasons: Object.fromEntries(this.#untold), topic: latest?.message.topic, latest: latest?.rejection.detail },
      'refused what devices sent; it is kept in the dead letters (/api/v1/dead-letters)',
    );
    this.#untold.clear();
  }

  isLost(message: InboundMessage): boolean {
    return this.#lost.has(message);
  }

  start(): void {
    this.#stop = this.#clock.every(this.#options.importEvery, () => this.import());
  }

  /** Moves what the journal holds into the database. */
  import(): Promise<void> {
    this.#importing = this.#importing.then(() => this.#importAll());
    return this.#importing;
  }

  async close(): Promise<void> {
    this.#stop?.();
    await this.import();
    await this.#journal.close();
  }

  async #importAll(): Promise<void> {
    try {
      for (;;) {
        const records = await this.#journal.read(IMPORT_BATCH);
        const last = records.at(-1);
        if (!last) return;
        await this.#database.deadLetters.add(records.map(({ data }) => decode(data)));
        await this.#journal.trim(last.next);
        if (this.#imports++ % PRUNE_EVERY === 0) await this.#database.deadLetters.prune(this.#options.maxKept);
      }
    } catch (error) {
      this.#log.warn({ err: error, waiting: this.#journal.pending().records }, 'dead letters wait in their journal');
    }
  }

  #deadLetter({ message, sourceId, rejection }: Refused, at: number): DeadLetter {
    return {
      id: newId(at),
      at: message.receivedAt,
      sourceId,
      topic: message.topic,
      reason: rejection.reason,
      detail: rejection.detail,
      assetId: rejection.assetId,
      metric: rejection.metric,
      payload: message.payload.subarray(0, this.#options.payloadBytes),
      payloadBytes: message.payload.length,
    };
  }
}

/** JSON header and payload, apart by a newline: JSON.stringify writes none. */
function encode({ payload, ...header }: DeadLetter): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), payload]);
}

function decode(record: Buffer): DeadLetter {
  const end = record.indexOf(0x0a);
  const header = JSON.parse(record.toString('utf8', 0, end)) as Omit<DeadLetter, 'payload'> & {
    reason: RejectionReason;
  };
  return { ...header, payload: record.subarray(end + 1) };
}
