import type { Asset } from '../domain/asset.ts';
import type { ConnectivityReport } from '../domain/connectivity.ts';
import type { Log } from '../log.ts';
import type { Database } from '../ports/database.ts';
import type { Journal } from '../ports/journal.ts';
import type { ClockEpoch } from './clockOffset.ts';
import type { Fleet } from './fleet.ts';
import { Notes } from './notes.ts';

/**
 * What messages teach that must be durable before they are settled: an asset that announced itself, a clock's epochs, a
 * connection made or lost.
 */
export type RegistryNote =
  | { readonly asset: Asset }
  | { readonly clock: string; readonly epochs: readonly ClockEpoch[] }
  | { readonly connectivity: ConnectivityReport };

/** Begins the names of the settings that hold clocks. */
export const CLOCK_PREFIX = 'clock:';

export interface RegistryNoteParts {
  readonly database: Pick<Database, 'assets' | 'settings' | 'connectivity'>;
  readonly fleet: Fleet;
  readonly journal: Journal;
  readonly log: Log;
}

/**
 * Notes of new assets, clocks and connections. What somebody else registered in the meantime counts: the fleet takes it over, and
 * what was stored under metrics that its model lacks stays in the store unseen.
 */
export function registryNotes({ database, fleet, journal, log }: RegistryNoteParts): Notes<RegistryNote> {
  const saveAssets = async (assets: readonly Asset[]) => {
    if (assets.length === 0) return;
    for (const asset of await database.assets.saveAbsent(assets)) if (fleet.model(asset.modelId)) fleet.add(asset);
  };
  const save = async (notes: readonly RegistryNote[]) => {
    await saveAssets(notes.flatMap((note) => ('asset' in note ? [note.asset] : [])));
    const clocks = notes.flatMap((note) => ('clock' in note ? [[note.clock, note.epochs] as const] : []));
    for (const [clock, epochs] of new Map(clocks)) await database.settings.set(CLOCK_PREFIX + clock, epochs);
    const reports = notes.flatMap((note) => ('connectivity' in note ? [note.connectivity] : []));
    if (reports.length > 0) await database.connectivity.report(reports);
  };
  return new Notes(save, journal, log, 'new assets, clock offsets and connections');
}
