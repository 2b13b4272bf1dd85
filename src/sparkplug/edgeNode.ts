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
  /** Kept beside them: a node may have thousands of devices, and each birth asks. */
  #devicesWeight = 0;
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
    return (this.#table?.weight ?? 0) + this.#devicesWeight;
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
    this.#forgetDevices();
    this.sequence.restart(seq);
    this.asking.settle();
    return isOther;
  }

  bearDevice(device: string, table: BirthTable): void {
    this.dieDevice(device);
    this.#devices.set(device, table);
    this.#devicesWeight += weightOf(device, table);
  }

  /** A death that names another session came late, and says nothing of this one. */
  isStaleDeath(bdSeq: number | undefined): boolean {
    return this.isOnline && bdSeq !== undefined && this.#bdSeq !== undefined && bdSeq !== this.#bdSeq;
  }

  die(at: Timestamp): void {
    this.#table = undefined;
    this.#bdSeq = undefined;
    this.#forgetDevices();
    this.#since = at;
    this.sequence.restart(undefined);
    this.asking.settle();
  }

  dieDevice(device: string): void {
    const table = this.#devices.get(device);
    if (!table) return;
    this.#devices.delete(device);
    this.#devicesWeight -= weightOf(device, table);
  }

  #forgetDevices(): void {
    this.#devices.clear();
    this.#devicesWeight = 0;
  }
}

function weightOf(device: string, table: BirthTable): number {
  return table.weight + DEVICE_BYTES + device.length;
}
