import { sql as initial } from './0001-initial.ts';
import { sql as rollups } from './0002-rollups.ts';
import { sql as shards } from './0003-shards.ts';
import { sql as nodes } from './0004-nodes.ts';
import { sql as status } from './0005-status.ts';
import { sql as deliveryKeys } from './0006-delivery-keys.ts';
import { sql as dailyWork } from './0007-daily-work.ts';
import { sql as ticketLife } from './0008-ticket-life.ts';
import { sql as deskLinks } from './0009-desk-links.ts';
import { sql as ticketPromises } from './0010-ticket-promises.ts';
import { sql as told } from './0011-told.ts';
import { sql as notifications } from './0012-notifications.ts';
import { sql as formerClosings } from './0013-former-closings.ts';
import { sql as outcomes } from './0014-outcomes.ts';
import { sql as analytics } from './0015-analytics.ts';
import { sql as registeredAt } from './0016-registered-at.ts';
import { sql as servicePlans } from './0017-service-plans.ts';
import { sql as outcomeViews } from './0018-outcome-views.ts';
import { sql as storms } from './0019-storms.ts';
import { sql as serviceParts } from './0020-service-parts.ts';
import { sql as firstScores } from './0021-first-scores.ts';
import { sql as serials } from './0022-serials.ts';
import { sql as campaigns } from './0023-campaigns.ts';
import { sql as cancelledRecurrences } from './0024-cancelled-recurrences.ts';
import { sql as sessions } from './0025-sessions.ts';
import { sql as modelVersions } from './0026-model-versions.ts';
import { sql as fleet } from './0027-fleet.ts';
import { sql as assetBrokers } from './0028-asset-brokers.ts';
import { sql as connectivity } from './0029-connectivity.ts';
import { sql as deviceKeys } from './0030-device-keys.ts';

export interface Migration {
  readonly name: string;
  /** Statements that may run in a transaction. */
  readonly sql: string;
}

/** In order. What was released is never changed, only added to. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-initial', sql: initial },
  { name: '0002-rollups', sql: rollups },
  { name: '0003-shards', sql: shards },
  { name: '0004-nodes', sql: nodes },
  { name: '0005-status', sql: status },
  { name: '0006-delivery-keys', sql: deliveryKeys },
  { name: '0007-daily-work', sql: dailyWork },
  { name: '0008-ticket-life', sql: ticketLife },
  { name: '0009-desk-links', sql: deskLinks },
  { name: '0010-ticket-promises', sql: ticketPromises },
  { name: '0011-told', sql: told },
  { name: '0012-notifications', sql: notifications },
  { name: '0013-former-closings', sql: formerClosings },
  { name: '0014-outcomes', sql: outcomes },
  { name: '0015-analytics', sql: analytics },
  { name: '0016-registered-at', sql: registeredAt },
  { name: '0017-service-plans', sql: servicePlans },
  { name: '0018-outcome-views', sql: outcomeViews },
  { name: '0019-storms', sql: storms },
  { name: '0020-service-parts', sql: serviceParts },
  { name: '0021-first-scores', sql: firstScores },
  { name: '0022-serials', sql: serials },
  { name: '0023-campaigns', sql: campaigns },
  { name: '0024-cancelled-recurrences', sql: cancelledRecurrences },
  { name: '0025-sessions', sql: sessions },
  { name: '0026-model-versions', sql: modelVersions },
  { name: '0027-fleet', sql: fleet },
  { name: '0028-asset-brokers', sql: assetBrokers },
  { name: '0029-connectivity', sql: connectivity },
  { name: '0030-device-keys', sql: deviceKeys },
];
