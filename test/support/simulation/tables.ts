import type { Asset, AssetEvent, DeafInterval, DeviceBinding } from '../../../src/domain/asset.ts';
import { SHARDS } from '../../../src/domain/shard.ts';
import type { Ticket, TicketEntry } from '../../../src/domain/ticket.ts';
import type { Timestamp } from '../../../src/domain/time.ts';
import type {
  DeadLetter,
  FindingRow,
  RefoldNote,
  StateToSave,
  StoredState,
  UsageEntry,
} from '../../../src/ports/database.ts';
import type { NodeRow } from '../../../src/ports/nodes.ts';
import type { OutboxRow } from '../../../src/ports/outbox.ts';

export interface NoteRow extends RefoldNote {
  readonly revision: number;
  readonly dueAt: Timestamp;
}

export interface ShardRow {
  readonly shard: number;
  readonly session?: string;
  readonly tickDue: Timestamp;
}

/** Rows by key. */
export interface Schema {
  assets: Asset;
  bindings: DeviceBinding;
  events: AssetEvent;
  deaf: DeafInterval;
  states: StateToSave & { readonly savedAt: Timestamp };
  snapshots: StoredState;
  notes: NoteRow;
  usage: UsageEntry;
  findings: FindingRow;
  tickets: Ticket;
  entries: TicketEntry;
  outbox: OutboxRow;
  deadLetters: DeadLetter;
  settings: { readonly value: unknown };
  nodes: NodeRow;
  shards: ShardRow;
}

type Name = keyof Schema;

/** What a database has on disk, and who has rows of it locked. */
export class Tables {
  readonly #rows = new Map<Name, Map<string, unknown>>();
  readonly locks = new Map<string, Transaction>();
  #sequence = 0;

  constructor() {
    for (let shard = 0; shard < SHARDS; shard++) this.rows('shards').set(String(shard), { shard, tickDue: 0 });
  }

  rows<K extends Name>(name: K): Map<string, Schema[K]> {
    const known = this.#rows.get(name) ?? new Map<string, unknown>();
    this.#rows.set(name, known);
    return known as Map<string, Schema[K]>;
  }

  /** What is committed. */
  all<K extends Name>(name: K): Schema[K][] {
    return [...this.rows(name).values()];
  }

  next(): number {
    return ++this.#sequence;
  }
}

/** Another transaction has the row. */
export class RowLocked extends Error {
  override readonly name = 'RowLocked';
  readonly holder: Transaction;

  constructor(holder: Transaction) {
    super('a row is locked by another transaction');
    this.holder = holder;
  }
}

/** Read committed, as PostgreSQL does it: each statement sees what is committed then, and a written row is locked. */
export class Transaction {
  readonly #tables: Tables;
  readonly #changes = new Map<string, { name: Name; key: string; row: unknown }>();
  readonly #locked: string[] = [];
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;
  #isOpen = true;

  constructor(tables: Tables) {
    this.#tables = tables;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get<K extends Name>(name: K, key: string): Schema[K] | undefined {
    const change = this.#changes.get(`${name}|${key}`);
    return change ? (change.row as Schema[K] | undefined) : this.#tables.rows(name).get(key);
  }

  all<K extends Name>(name: K): Schema[K][] {
    const rows = new Map<string, Schema[K]>(this.#tables.rows(name));
    for (const change of this.#changes.values()) {
      if (change.name !== name) continue;
      if (change.row === undefined) rows.delete(change.key);
      else rows.set(change.key, change.row as Schema[K]);
    }
    return [...rows.values()];
  }

  /** Undefined removes. */
  set<K extends Name>(name: K, key: string, row: Schema[K] | undefined): void {
    this.lock(`${name}|${key}`);
    this.#changes.set(`${name}|${key}`, { name, key, row: structuredClone(row) });
  }

  lock(what: string): void {
    if (!this.tryLock(what)) throw new RowLocked(this.#tables.locks.get(what)!);
  }

  tryLock(what: string): boolean {
    const holder = this.#tables.locks.get(what);
    if (holder === this) return true;
    if (holder) return false;
    this.#tables.locks.set(what, this);
    this.#locked.push(what);
    return true;
  }

  next(): number {
    return this.#tables.next();
  }

  commit(): void {
    if (!this.#isOpen) return;
    for (const { name, key, row } of this.#changes.values()) {
      const rows = this.#tables.rows(name) as Map<string, unknown>;
      if (row === undefined) rows.delete(key);
      else rows.set(key, row);
    }
    this.rollback();
  }

  rollback(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const what of this.#locked) this.#tables.locks.delete(what);
    this.#end();
  }
}
