import { type Asset, CRITICALITIES, TIERS } from './asset.ts';
import { type Severity, severityRank } from './model.ts';
import { PRIORITIES, type Priority } from './ticket.ts';
import { DAY, type Timestamp } from './time.ts';

/** Less time left than this makes a ticket more pressing. */
const PRESSING = 3 * DAY;

/**
 * Priority from severity (counted twice), the asset's criticality, the customer's tier and the time left to act:
 * 7 points and more are P1, 5 P2, 3 P3, less P4.
 */
export function priorityOf(
  asset: Pick<Asset, 'criticality' | 'tier'>,
  severity: Severity,
  doBy: Timestamp | undefined,
  now: Timestamp,
): Priority {
  const pressing = doBy !== undefined && doBy - now < PRESSING ? 1 : 0;
  const points =
    2 * severityRank(severity) + CRITICALITIES.indexOf(asset.criticality) + TIERS.indexOf(asset.tier) + pressing;
  const place = [7, 5, 3].findIndex((least) => points >= least);
  return PRIORITIES[place === -1 ? 3 : place]!;
}
