import {
  afterReport,
  BY_DATA,
  CONNECTIVITY_STATES,
  type Connectivity,
  type ConnectivityReport,
  type ConnectivityState,
} from '../domain/connectivity.ts';
import { type Duration, MINUTE, SECOND, type Timestamp } from '../domain/time.ts';
import type { Database } from '../ports/database.ts';
import type { Fleet } from './fleet.ts';
import type { Notes } from './notes.ts';
import type { RegistryNote } from './registryNotes.ts';

export interface ConnectionParts {
  readonly database: Pick<Database, 'connectivity'>;
  readonly fleet: Pick<Fleet, 'get'>;
  readonly notes: Pick<Notes<RegistryNote>, 'add'>;
  /** Nodes share the messages, so that one that was sent before another may be received a moment after it. */
  readonly shared: boolean;
}

/** What waited for another node may be received so much later than what was sent after it. */
const SHARED_MARGIN: Duration = 2 * SECOND;
/** Transactions that began before the last look and ended after it are seen by the next one. */
const OVERLAP: Duration = MINUTE;

/**
 * Who has a connection, as far as devices and brokers say: known here at once, and durable before any message that was
 * taken up to then is settled. What other nodes heard comes with `refresh`.
 */
export class Connections {
  readonly #parts: ConnectionParts;
  readonly #known = new Map<string, Connectivity>();
  readonly #counts: Record<ConnectivityState, number> = { online: 0, offline: 0 };
  #unsaved: ConnectivityReport[] = [];
  #inHand = 0;
  #saving: Promise<void> = Promise.resolve();
  #seenTo: Timestamp = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  get counts(): Readonly<Record<ConnectivityState, number>> {
    return this.#counts;
  }

  get hasUnsaved(): boolean {
    return this.#unsaved.length + this.#inHand > 0;
  }

  /** Takes over what the database knows, or what has changed there. What is not saved yet counts on top of it. */
  async refresh(): Promise<void> {
    const { now, rows } = await this.#parts.database.connectivity.changedSince(this.#seenTo);
    this.#seenTo = now - OVERLAP;
    const waiting = new Set(this.#unsaved.map(({ assetId }) => assetId));
    for (const row of rows) if (this.#inHand === 0 && !waiting.has(row.assetId)) this.#put(row);
  }

  /** Takes what was said of connections; durable after `persist`, which comes before what said it is settled. */
  take(reports: readonly ConnectivityReport[]): void {
    for (const report of reports) {
      const known = this.#known.get(report.assetId);
      const next = afterReport(known, report);
      if (next === known) continue;
      this.#put(next);
      this.#unsaved.push(report);
    }
  }

  /** Telemetry came that no broker had kept: an asset that was said to be offline before is not. */
  heard(assetId: string, receivedAt: Timestamp): void {
    const known = this.#known.get(assetId);
    if (known?.state !== 'offline') return;
    const margin = this.#parts.shared ? SHARED_MARGIN : 0;
    if (receivedAt <= Math.max(known.since, known.asOf) + margin) return;
    this.take([{ assetId, state: 'online', at: receivedAt, by: BY_DATA, retained: false }]);
  }

  /** Rejects when neither database nor journal takes it; it is there for the next time. */
  persist(): Promise<void> {
    const saving = this.#saving.catch(() => undefined).then(() => this.#save());
    this.#saving = saving;
    return saving;
  }

  async #save(): Promise<void> {
    const batch = this.#unsaved;
    if (batch.length === 0) return;
    this.#unsaved = [];
    this.#inHand = batch.length;
    try {
      await this.#parts.notes.add(batch.map((connectivity) => ({ connectivity })));
    } catch (error) {
      this.#unsaved = [...batch, ...this.#unsaved];
      throw error;
    } finally {
      this.#inHand = 0;
    }
  }

  #put(next: Connectivity): void {
    const { assetId, state } = next;
    const known = this.#known.get(assetId);
    if (known) this.#counts[known.state]--;
    this.#counts[state]++;
    this.#known.set(assetId, next);
    const tracked = this.#parts.fleet.get(assetId);
    if (tracked) tracked.connectivity = next;
  }
}

/** By state, for the metrics. */
export function countsByState({ counts }: Pick<Connections, 'counts'>) {
  return CONNECTIVITY_STATES.map((state) => [{ state }, counts[state]] as const);
}
