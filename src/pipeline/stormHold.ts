import type { StormPolicy } from '../domain/storm.ts';
import { kindOf } from '../domain/ticketKind.ts';
import type { Timestamp } from '../domain/time.ts';
import type { FindingRow, Repositories } from '../ports/database.ts';
import { describeMode } from '../rules/model.ts';
import type { Subject } from './compose.ts';
import type { Fleet } from './fleet.ts';

export interface HoldContext {
  readonly tx: Pick<Repositories, 'storms'>;
  readonly now: Timestamp;
  readonly policy: StormPolicy;
  readonly fleet: Pick<Fleet, 'size'>;
}

/**
 * Holds back a finding that many assets may have at once, or that is made during a planned shutdown of its site; false
 * where it opens its ticket now. Wear, forecasts and what is critical are never held back.
 */
export async function holds({ asset, model }: Subject, row: FindingRow, context: HoldContext): Promise<boolean> {
  if (row.severity === 'critical' || kindOf(row) === 'planned') return false;
  const { tx, now, policy, fleet } = context;
  const alike =
    row.evidence.kind === 'silence' || describeMode(model, row.componentId, row.failureModeId).stormable === true;
  const canStorm = alike && policy.window > 0 && fleet.size >= policy.assets;
  if (!canStorm && !(await isShutDown(asset.siteId, context))) return false;
  await tx.storms.hold({ finding: row, alike, heldAt: now, dueAt: canStorm ? now + policy.window : now });
  return true;
}

async function isShutDown(siteId: string, { tx, now }: HoldContext): Promise<boolean> {
  const shutdowns = await tx.storms.shutdownsSince(now);
  return shutdowns.some((shutdown) => shutdown.siteId === siteId && shutdown.from <= now);
}
