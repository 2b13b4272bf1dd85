import type { AssetEvent } from '../domain/asset.ts';
import type { Duration } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { parseState } from '../rules/state.ts';
import type { Assess } from './assess.ts';
import type { Fleet } from './fleet.ts';
import { BY_FETTLE } from './raise.ts';
import { watermarksOf } from './refold.ts';
import type { Refolds } from './refolds.ts';
import type { Tracked } from './tracked.ts';

export interface RecoverParts {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly store: Pick<TimeSeriesStore, 'readFrom'>;
  readonly assess: Assess;
  readonly refolds: Refolds;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RecoveryProgress {
  assets: number;
  samples: number;
  /** How long it took; 0 until it is done. */
  duration: Duration;
  done: boolean;
}

/** How many samples between two lines of progress in the log. */
const PROGRESS_EVERY = 200_000;

/**
 * Brings every state up to the store: loads the checkpoints, folds in what lies after their watermarks. Assets with a
 * note, a changed model or an event not yet folded are queued to be folded anew.
 */
export async function recover(parts: RecoverParts, progress: RecoveryProgress): Promise<void> {
  const { fleet, database, refolds, clock } = parts;
  const since = clock.now();
  progress.assets = fleet.size;
  await loadStates(parts);
  await foldEvents(parts);
  await readStore(parts, progress);
  for (const tracked of fleet.all()) tracked.acceptState();
  for (const { assetId, earliest } of await database.states.notes()) {
    const tracked = fleet.get(assetId);
    if (tracked) refolds.refold(tracked, earliest);
  }
  progress.duration = clock.now() - since;
  progress.done = true;
}

async function loadStates({ fleet, database, refolds, clock, log }: RecoverParts): Promise<void> {
  const changed: { tracked: Tracked; event: AssetEvent }[] = [];
  for (const stored of await database.states.all()) {
    const tracked = fleet.get(stored.assetId);
    if (!tracked) continue;
    const parsed = parseState(stored.state, tracked.compiled);
    if (parsed.state) {
      tracked.state = parsed.state;
      // Its status is saved anew: what people see depends on the model, too, and on this version of Fettle.
      tracked.dirty = true;
      continue;
    }
    const event = rulesChanged(tracked, parsed.changedRules, parsed.time, clock);
    changed.push({ tracked, event });
  }
  if (changed.length === 0) return;
  log.info({ assets: changed.length }, 'the models of these assets have changed: folding their history anew');
  await database.transaction(async (tx) => {
    await tx.events.add(changed.map(({ event }) => event));
    await tx.states.note(changed.map(({ tracked }) => ({ assetId: tracked.asset.id, earliest: 0 })));
  });
  for (const { tracked } of changed) refolds.refold(tracked, 0);
}

function rulesChanged(tracked: Tracked, ruleIds: string[], time: number, clock: Clock): AssetEvent {
  const now = clock.now();
  const at = Number.isFinite(time) ? time : 0;
  return {
    id: newId(now),
    type: 'rules-changed',
    assetId: tracked.asset.id,
    at,
    recordedAt: now,
    by: BY_FETTLE,
    ruleIds,
  };
}

/** Events of assets without samples are folded here; for the others they were noted when they were recorded. */
async function foldEvents({ fleet, database, assess, clock }: RecoverParts): Promise<void> {
  const now = clock.now();
  for (const event of await database.events.all()) {
    const tracked = fleet.get(event.assetId);
    if (!tracked || tracked.refolding) continue;
    if (event.at > now) tracked.ahead = [...tracked.ahead, event];
    else assess.event(tracked, event);
  }
}

async function readStore(parts: RecoverParts, progress: RecoveryProgress): Promise<void> {
  const { fleet, store, assess, log } = parts;
  const watermarks = [...fleet.all()].flatMap(({ asset, compiled, state }) => watermarksOf(asset.id, compiled, state));
  if (watermarks.length === 0) return;
  let told = 0;
  for await (const samples of store.readFrom(watermarks)) {
    assess.recovered(samples);
    progress.samples += samples.length;
    if (progress.samples - told < PROGRESS_EVERY) continue;
    told = progress.samples;
    log.info({ samples: progress.samples }, 'recovering: folding stored samples');
  }
  log.info({ assets: fleet.size, samples: progress.samples }, 'recovered');
}
