import type { BirthTable } from '../codecs/sparkplug/birthTable.ts';
import type { RebirthOptions } from '../domain/source.ts';
import type { Timestamp } from '../domain/time.ts';
import { Asking } from './asking.ts';
import { Sequence } from './sequence.ts';

/** Of a device beside its metrics. */
const DEVICE_BYTES = 500;

/** What is known of one edge node in its present session. */
export class EdgeNode {
  readonly brokerId: string | undefined;
  readonly group: string;
  readonly node: string;
  readonly sequence = new Sequence();
  readonly asking: Asking;
  readonly #devices = new Map<string, BirthTable>();
  #table: BirthTable | undefined;
  #bdSeq: number | undefined;
  /** From when on its messages may be of the present session. */
  #since: Timestamp;

  constructor(
    { brokerId, group, node }: { readonly brokerId?: string; readonly group: string; readonly node: string },
    since: Timestamp,
    options: RebirthOptions,
  ) {
    this.brokerId = brokerId;
    this.group = group;
    this.node = node;
    this.#since = since;
    this.asking = new Asking(options);
  }

  /** Its birth has come, and no death since. */
  get isOnline(): boolean {
    return this.#table !== undefined;
  }

  /** Devices whose births have come in this session. */
  get devices(): IterableIterator<string> {
    return this.#devices.keys();
  }

  /** About how much memory its births take. @returns bytes */
  get weight(): number {
    let weight = this.#table?.weight ?? 0;
    for (const [device, table] of this.#devices) weight += table.weight + DEVICE_BYTES + device.length;
    return weight;
  }

  tableOf(device: string | undefined): BirthTable | undefined {
    return device === undefined ? this.#table : this.#devices.get(device);
  }

  /** Whether what was received then may be read by the births of now. */
  isOfSession(receivedAt: Timestamp): boolean {
    return receivedAt >= this.#since;
  }

  /** Returns whether it is another session than the one that is known, whose death was not seen. */
  bear(table: BirthTable, bdSeq: number | undefined, seq: number | undefined, at: Timestamp): boolean {
    const isOther = this.isOnline && bdSeq !== this.#bdSeq;
    if (isOther) this.#since = at;
    this.#table = table;
    this.#bdSeq = bdSeq;
    this.#devices.clear();
    this.sequence.restart(seq);
    this.asking.settle();
    return isOther;
  }

  bearDevice(device: string, table: BirthTable): void {
    this.#devices.set(device, table);
  }

  /** A death that names another session came late, and says nothing of this one. */
  isStaleDeath(bdSeq: number | undefined): boolean {
    return this.isOnline && bdSeq !== undefined && this.#bdSeq !== undefined && bdSeq !== this.#bdSeq;
  }

  die(at: Timestamp): void {
    this.#table = undefined;
    this.#bdSeq = undefined;
    this.#devices.clear();
    this.#since = at;
    this.sequence.restart(undefined);
    this.asking.settle();
  }

  dieDevice(device: string): void {
    this.#devices.delete(device);
  }
}
