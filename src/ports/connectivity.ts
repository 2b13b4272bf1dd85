import type { Connectivity, ConnectivityReport } from '../domain/connectivity.ts';
import type { Timestamp } from '../domain/time.ts';

/** Whether assets have their connection. Every verb is atomic by itself. */
export interface ConnectivityRepository {
  /** Takes them in the order given; what becomes of each is decided by `afterReport`, of several nodes at once as well. */
  report(reports: readonly ConnectivityReport[]): Promise<void>;
  /** Of those of which something was said. */
  of(assetIds: readonly string[]): Promise<Connectivity[]>;
  /** Rows written at or after `from`, and the time now, both by the clock of the database. */
  changedSince(from: Timestamp): Promise<{ readonly now: Timestamp; readonly rows: readonly Connectivity[] }>;
}
