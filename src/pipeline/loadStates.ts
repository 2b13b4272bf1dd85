import type { AssetEvent } from '../domain/asset.ts';
import { statementKey } from '../domain/finding.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import { type ChangedState, parseState } from '../rules/state.ts';
import type { Assess } from './assess.ts';
import type { Fleet } from './fleet.ts';
import { BY_FETTLE } from './raise.ts';
import type { Refolds } from './refolds.ts';
import { livesByHistory } from './rewind.ts';
import type { Tracked } from './tracked.ts';

export interface LoadParts {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly assess: Assess;
  readonly refolds: Refolds;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes up what the database knows: the states of the last checkpoint, and events that they have not seen. Assets with
 * a note, a changed model or an event further back are queued to be folded anew.
 */
export async function loadStates(parts: LoadParts): Promise<void> {
  const { fleet, database, refolds } = parts;
  await parseStates(parts);
  for (const { assetId, earliest } of await database.states.notes()) {
    const tracked = fleet.get(assetId);
    if (tracked) refolds.refold(tracked, earliest);
  }
  await loadUnproven(parts);
  await foldEvents(parts);
}

/** What was found beyond the checkpoint has to be found again, or it did not hold: late samples may have come since. */
async function loadUnproven({ fleet, database }: LoadParts): Promise<void> {
  for (const row of await database.findings.beyondStates()) {
    const tracked = fleet.get(row.assetId);
    if (tracked && livesByHistory(tracked.compiled, row.ruleId)) tracked.unproven.set(statementKey(row), row.time);
  }
}

async function parseStates({ fleet, database, refolds, clock, log }: LoadParts): Promise<void> {
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
    const event = rulesChanged(tracked, parsed, clock);
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

function rulesChanged(tracked: Tracked, { changedRules, newRules, time }: ChangedState, clock: Clock): AssetEvent {
  const now = clock.now();
  const at = Number.isFinite(time) ? time : 0;
  return {
    id: newId(now),
    type: 'rules-changed',
    assetId: tracked.asset.id,
    at,
    recordedAt: now,
    by: BY_FETTLE,
    ruleIds: changedRules,
    added: newRules,
  };
}

/** Events of assets without samples are folded here; for the others they were noted when they were recorded. */
async function foldEvents({ fleet, database, assess, clock }: LoadParts): Promise<void> {
  const now = clock.now();
  for (const event of await database.events.all()) {
    const tracked = fleet.get(event.assetId);
    if (!tracked || tracked.refolding) continue;
    if (event.at > now) tracked.ahead = [...tracked.ahead, event];
    else assess.event(tracked, event);
  }
}
