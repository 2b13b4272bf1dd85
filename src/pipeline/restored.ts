import type { Duration, Timestamp } from '../domain/time.ts';
import type { Repositories } from '../ports/database.ts';

/** Setting: deliveries are paused since then, because the database was restored. */
export const PAUSED_BY_RESTORE = 'deliveries-restored';

/** Setting: how many restores were noticed, and when the last one was. */
export const RESTORES = 'restores';

export interface Restores {
  readonly count: number;
  readonly at: Timestamp;
}

/**
 * What follows from a restore, in one transaction: deliveries are paused, and every asset is noted to be folded anew.
 * Reading on from the restored states alone would miss what came late since, behind them.
 */
export async function restored(
  { settings, states, assets }: Pick<Repositories, 'settings' | 'states' | 'assets'>,
  count: number,
  at: Timestamp,
  horizon: Duration,
): Promise<void> {
  await settings.set(PAUSED_BY_RESTORE, at);
  await settings.set(RESTORES, { count, at } satisfies Restores);
  const times = new Map((await states.all()).map(({ assetId, time }) => [assetId, time]));
  const all = await assets.all();
  await states.note(all.map(({ id }) => ({ assetId: id, earliest: Math.max(0, (times.get(id) ?? 0) - horizon) })));
}
