import type { PastBatch, PastTaken } from '../domain/past.ts';
import type { Rejection, Sample, Series } from '../domain/sample.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import type { InboundMessage } from '../ports/broker.ts';
import { type Batch, newBatch, type Pending, refuse } from './batch.ts';
import { conflictOf, refuseConflict } from './batchEnd.ts';
import { BatchWriter, type BatchWriterParts } from './batchWriter.ts';
import type { BrokersHeard } from './brokersHeard.ts';
import type { Connections } from './connections.ts';
import type { Decoded, Decoder, Prepared } from './decode.ts';
import type { DecoderMessage } from './decoderMessage.ts';
import type { Taken } from './intake.ts';
import { decodePast, messageOf, takenOf } from './past.ts';
import type { Freed, Handling } from './sessions.ts';
import { WaitingLine } from './waitingLine.ts';

/** A write that takes longer holds up what devices send. */
const SLOW_WRITE = 5 * SECOND;

export interface IngestOptions {
  /** A batch is written when it has so many samples or messages, */
  readonly batchSize: number;
  /** or when its first message has waited so long. */
  readonly batchAge: Duration;
  /** Samples further behind their asset's newest are stored and not assessed. */
  readonly horizon: Duration;
}

export interface IngestParts extends BatchWriterParts {
  readonly decoder: Decoder;
  readonly connections: Pick<Connections, 'take' | 'heard' | 'hasUnsaved' | 'persist'>;
  /** Where there are several brokers. */
  readonly brokersHeard: BrokersHeard | undefined;
}

/**
 * From message to batch, and each to the writer: decode, collect, store, settle, hand to the assessment. One batch is written
 * at a time while the next ones are collected, each settled as soon as it is durable, in the store or in the spill. A
 * batch that neither takes is repeated until one does; its messages stay unsettled meanwhile, and the broker's bounds
 * hold the devices back.
 */
export class Ingest {
  readonly #parts: IngestParts;
  readonly #options: IngestOptions;
  readonly #stop = new AbortController();
  readonly #writer: BatchWriter;
  /** What is being collected. */
  #batch: Batch;
  /** Full batches that wait for the write under way, the oldest first. */
  readonly #waiting: Batch[] = [];
  /** Messages of the last batch written. */
  #lastSize = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Before the batches: messages whose readings are still being worked out, and those behind them. */
  readonly #line = new WaitingLine((message, prepared) => this.#decode(message, true, 'live', prepared));
  #writingSince: Duration | undefined;
  /** What is being written; its messages are older than those being collected. */
  #underWay: Batch | undefined;
  /** Messages that wait for others; they are in flight, and settled. */
  readonly #held = new Map<DecoderMessage, InboundMessage>();

  constructor(parts: IngestParts, options: IngestOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#batch = newBatch();
    this.#writer = new BatchWriter(parts, this.#stop.signal);
  }

  /** Why the last write failed; undefined when it succeeded. */
  get trouble(): string | undefined {
    return this.#writer.trouble;
  }

  /** A write fails, or takes so long that what devices send can't be told from silence. */
  get isHeldUp(): boolean {
    const since = this.#writingSince;
    return this.trouble !== undefined || (since !== undefined && this.#parts.clock.elapsed() - since > SLOW_WRITE);
  }

  /** When the oldest message that is not settled yet came; undefined when all are. */
  get oldestUnsettled(): Timestamp | undefined {
    const first = (this.#underWay ?? this.#waiting[0] ?? this.#batch).messages[0];
    return first?.message.receivedAt ?? this.#line.oldest;
  }

  /** How long before it came the last sample stored was taken, as its time says; undefined before the first one. */
  get eventLag(): Duration | undefined {
    return this.#writer.eventLag;
  }

  /** Takes a message from the broker; returns at once. */
  take(message: InboundMessage): void {
    this.#enter();
    const preparing = this.#parts.decoder.prepare(message);
    if (preparing === undefined && this.#line.isEmpty) this.#decode(message, true, 'live');
    else this.#line.join(message, preparing);
  }

  /** Takes messages that waited for others: see {@link Decoded}. */
  free(freed: readonly Freed[]): void {
    for (const { message, how } of freed) {
      const held = this.#held.get(message);
      this.#held.delete(message);
      if (held) this.#decode(held, false, how);
    }
  }

  /** Counts a message of QoS 0 that the broker handed over and there is no room for. */
  dropped(): void {
    const { ledger } = this.#parts;
    ledger.messages.received++;
    ledger.drop('over-bounds');
  }

  /** Counts a message that is no telemetry, as was told before it was read. */
  passedOver(): void {
    const { ledger } = this.#parts;
    ledger.messages.received++;
    ledger.drop('nothing-to-store');
  }

  /** Takes a message that was kept; resolves when it is stored, or with why it is refused again. */
  async takeAgain(message: InboundMessage): Promise<readonly Rejection[]> {
    const prepared = await this.#parts.decoder.prepare(message);
    const { samples, rejections } = this.#parts.decoder.decode(message, prepared);
    if (rejections.length > 0) return rejections;
    const conflicts = samples.filter(
      (sample) => !sample.historical && this.#parts.fleet.ofSeries(sample.series).place(sample) === 'conflict',
    );
    if (conflicts.length > 0) return conflicts.map(conflictOf);
    this.#enter();
    await this.#untilDurable(this.#take(message, prepared).batch);
    return [];
  }

  /** Takes a message whose sender waits for what becomes of it: resolves once all of it is durable. */
  async takeAndTell(message: InboundMessage): Promise<Taken> {
    const prepared = await this.#parts.decoder.prepare(message);
    this.#enter();
    const { batch, pending } = this.#take(message, prepared);
    await this.#untilDurable(batch);
    const own = batch.refused.filter((one) => one.message === message);
    const { stored, duplicate, rejected } = pending;
    return { stored, duplicate, refused: rejected, rejections: own.map(({ rejection }) => rejection) };
  }

  /** Takes readings of the past, each as a message; resolves once all is durable that is not refused, which is only told. */
  async takePast(past: PastBatch): Promise<PastTaken> {
    const { decoder, clock } = this.#parts;
    const message = messageOf(past, clock.now());
    const decoded = decodePast(decoder, past, message.receivedAt);
    const batch = this.#batch;
    const pendings = decoded.map((one): Pending => {
      const counts = { stored: 0, duplicate: 0, rejected: 0 };
      const pending = { message, sourceId: past.sourceId, toSettle: false, told: [], ...counts };
      this.#enter();
      this.#add(one, pending);
      return pending;
    });
    this.#grown(pendings.length);
    await this.#untilDurable(batch);
    return takenOf(decoded, pendings);
  }

  /** What comes while a batch is written is written together. Rejects when it is stopped before. */
  async #untilDurable(batch: Batch): Promise<void> {
    while (this.#isInHand(batch) && !this.#stop.signal.aborted) {
      this.flush();
      await this.#writing;
    }
    if (this.#isInHand(batch) || this.#stop.signal.aborted) throw new Error('stopped before the message was stored');
  }

  #enter(): void {
    const { messages } = this.#parts.ledger;
    messages.received++;
    messages.inFlight++;
  }

  /** Takes a message that no broker waits for; returns the batch that it is in. */
  #take(message: InboundMessage, prepared?: Prepared): { readonly batch: Batch; readonly pending: Pending } {
    return this.#collect(message, false, this.#parts.decoder.decode(message, prepared));
  }

  #decode(message: InboundMessage, toSettle: boolean, how: Handling, prepared?: Prepared): void {
    const decoded = this.#parts.decoder.decode(message, prepared, how);
    if (decoded.waits) this.#hold(message, toSettle);
    else this.#collect(message, toSettle, decoded);
    if (decoded.freed) this.free(decoded.freed);
  }

  /** Only messages of QoS 0 wait, which have no promise of the broker's: it need not be kept waiting for them. */
  #hold(message: InboundMessage, toSettle: boolean): void {
    if (toSettle) this.#parts.broker.settle([message]);
    this.#held.set(message, message);
  }

  #collect(message: InboundMessage, toSettle: boolean, decoded: Decoded): { batch: Batch; pending: Pending } {
    const { connections } = this.#parts;
    const { sourceId, samples, connectivity } = decoded;
    const batch = this.#batch;
    const pending: Pending = { message, sourceId, toSettle, stored: 0, duplicate: 0, rejected: 0 };
    if (connectivity) {
      connections.take(connectivity);
      pending.stored += connectivity.length;
    }
    this.#add(decoded, pending);
    if (toSettle && !message.retain) this.#heard(samples, message);
    this.#grown(1);
    return { batch, pending };
  }

  #add({ samples, rejections }: Decoded, pending: Pending): void {
    const { ledger } = this.#parts;
    this.#batch.messages.push(pending);
    for (const rejection of rejections) {
      ledger.samples.decoded += rejection.samples;
      ledger.reject(rejection.reason, rejection.samples);
      pending.rejected++;
      refuse(pending, rejection, this.#batch);
    }
    ledger.samples.decoded += samples.length;
    for (const sample of samples) this.#place(sample, pending);
  }

  /** By so many messages: it is written when it is full, and has a time to wait when these are its first. */
  #grown(by: number): void {
    if (this.#isFull()) {
      this.#waiting.push(this.#cut());
      this.#writeNext();
    } else if (this.#batch.messages.length === by) {
      this.#timer = setTimeout(() => this.flush(), this.#options.batchAge);
    }
  }

  /**
   * The line is idle or the broker's window is full. In a steady stream the line falls idle all the time, and a write
   * costs much the same for a few samples as for hundreds: a batch smaller than the last one is left to grow until its
   * time is up. Single messages and a window that fills again and again wait for nothing.
   */
  pressed(): void {
    if (this.#batch.messages.length >= this.#lastSize) this.flush();
  }

  /** Writes what is collected as soon as the write before has ended. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writeNext();
  }

  #writeNext(): void {
    if (this.#writing) return;
    const batch = this.#waiting.shift() ?? this.#cut();
    if (batch.messages.length === 0) return;
    this.#lastSize = batch.messages.length;
    this.#writingSince = this.#parts.clock.elapsed();
    this.#underWay = batch;
    this.#writing = this.#writer
      .write(batch)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) throw error;
        this.#parts.log.warn(
          { messages: batch.messages.length },
          'stopped before a batch was stored; the broker sends it again',
        );
      })
      .finally(() => {
        this.#writing = undefined;
        this.#writingSince = undefined;
        this.#underWay = undefined;
        this.#continue();
      });
  }

  /** Resolves when everything taken so far is settled, or when `signal` aborts; what is left then comes again. */
  async drain(signal?: AbortSignal): Promise<void> {
    const abort = () => this.#stop.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    await this.#line.emptied(this.#stop.signal);
    this.flush();
    while (this.#writing) {
      await this.#writing;
      if (!this.#stop.signal.aborted) this.flush();
    }
    signal?.removeEventListener('abort', abort);
    if (this.#stop.signal.aborted) clearTimeout(this.#timer);
  }

  /** A batch that got full, or whose time was up, while another was written goes now. */
  #continue(): void {
    if (this.#stop.signal.aborted) return;
    if (this.#waiting.length > 0 || this.#timer === undefined) this.#writeNext();
  }

  /** Begins a new batch; returns the one collected so far. */
  #cut(): Batch {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    this.#batch = newBatch();
    return batch;
  }

  #isFull(): boolean {
    const { messages, fresh, behind, history } = this.#batch;
    const samples = fresh.length + behind.length + history.length;
    return messages.length >= this.#options.batchSize || samples >= this.#options.batchSize;
  }

  #isInHand(batch: Batch): boolean {
    return batch === this.#batch || batch === this.#underWay || this.#waiting.includes(batch);
  }

  #heard(samples: readonly Sample[], { qos, receivedAt }: InboundMessage): void {
    const { connections, fleet } = this.#parts;
    let last: Series | undefined;
    for (const { series, historical } of samples) {
      if (historical || series.assetId === last?.assetId) continue;
      const tracked = fleet.ofSeries(series);
      tracked.qos = qos;
      if (tracked.connectivity?.state === 'offline') connections.heard(series.assetId, receivedAt);
      last = series;
    }
  }

  #place(sample: Sample, pending: Pending): void {
    const { ledger, fleet, brokersHeard } = this.#parts;
    if (sample.historical) {
      ledger.samples.inFlight++;
      this.#batch.history.push({ sample, pending });
      return;
    }
    const tracked = fleet.ofSeries(sample.series);
    if (brokersHeard && pending.message.brokerId !== undefined) brokersHeard.hear(tracked, pending.message.brokerId);
    const arrival = tracked.arrive(sample);
    if (arrival === 'fresh') {
      this.#batch.fresh.push(sample);
      this.#batch.origins.push(pending);
      pending.stored++;
    } else if (arrival === 'behind') {
      const isTooLate = sample.time < tracked.newestAccepted - this.#options.horizon;
      this.#batch.behind.push({ sample, pending, isTooLate });
    } else if (arrival === 'duplicate') {
      pending.duplicate++;
      ledger.samples.duplicate++;
      return;
    } else {
      refuseConflict(sample, pending, this.#batch, ledger);
      return;
    }
    ledger.samples.inFlight++;
  }
}
