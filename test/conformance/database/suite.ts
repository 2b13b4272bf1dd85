import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { Harness } from './harness.ts';
import { describeAnalytics } from './parts/analytics.ts';
import { describeAnalyticsOutcomes } from './parts/analyticsOutcomes.ts';
import { describeAssets } from './parts/assets.ts';
import { describeCampaigns } from './parts/campaigns.ts';
import { describeChanges } from './parts/changes.ts';
import { describeConnectivity } from './parts/connectivity.ts';
import { describeDailyWork } from './parts/dailyWork.ts';
import { describeDelivery } from './parts/delivery.ts';
import { describeDeskLinks } from './parts/deskLinks.ts';
import { describeFindings } from './parts/findings.ts';
import { describeFleet } from './parts/fleet.ts';
import { describeModelVersions } from './parts/modelVersions.ts';
import { describeNodes } from './parts/nodes.ts';
import { describeNotifications } from './parts/notifications.ts';
import { describeOutcomes } from './parts/outcomes.ts';
import { describeRollups } from './parts/rollups.ts';
import { describeSessions } from './parts/sessions.ts';
import { describeClaims, describeShards } from './parts/shards.ts';
import { describeStates } from './parts/states.ts';
import { describeStorms } from './parts/storms.ts';
import { describeTicketLists } from './parts/ticketLists.ts';
import { describeTickets } from './parts/tickets.ts';
import { describeTimers } from './parts/timers.ts';
import { describeViews } from './parts/views.ts';
import { describeWhole } from './parts/whole.ts';

export interface ServerUnderTest {
  readonly connection: pg.PoolConfig;
  /** Of who owns the tables, where that is somebody else. */
  readonly owner?: pg.PoolConfig;
  stop(): Promise<void>;
}

/**
 * What every database must do, whatever runs it: each sentence of the port. `sideBySide`: whether transactions run at
 * the same time; the embedded one runs them one after the other. `mayCreate`: whether the role may make tables.
 */
export function describeDatabase(
  name: string,
  startServer: () => Promise<ServerUnderTest>,
  { sideBySide = true, mayCreate = true } = {},
): void {
  describe(`database port on ${name}`, () => {
    let server: ServerUnderTest;
    let harness: Harness;

    beforeAll(async () => {
      server = await startServer();
      harness = await Harness.start(server.connection, server.owner);
    });
    beforeEach(() => harness.empty());
    afterAll(async () => {
      await harness?.stop();
      await server?.stop();
    });

    const get = () => harness;
    describe('connectivity', () => describeConnectivity(get));
    describe('assets and events', () => describeAssets(get));
    describe('states', () => describeStates(get));
    describe('shards', () => describeShards(get));
    if (sideBySide) describe('claims', () => describeClaims(get));
    describe('versions of models', () => describeModelVersions(get));
    describe('rollups', () => describeRollups(get));
    describe('daily work', () => describeDailyWork(get));
    describe('analytics', () => describeAnalytics(get));
    describe('analytics of outcomes', () => describeAnalyticsOutcomes(get));
    describe('findings', () => describeFindings(get));
    describe('tickets', () => describeTickets(get));
    describe('lists of tickets', () => describeTicketLists(get));
    describe('storms', () => describeStorms(get));
    describe('campaigns', () => describeCampaigns(get));
    describe('timers', () => describeTimers(get));
    describe('notifications', () => describeNotifications(get));
    describe('outcomes', () => describeOutcomes(get));
    describe('outbox, dead letters, keys, settings', () => describeDelivery(get));
    describe('sessions', () => describeSessions(get));
    describe('work orders in a desk', () => describeDeskLinks(get));
    describe('several nodes', () => describeNodes(get));
    describe('the fleet at a glance', () => describeFleet(get));
    describe('the log of changes', () => describeChanges(get, sideBySide));
    describe('views for dashboards', () => describeViews(get));
    describe('as a whole', () => describeWhole(get, mayCreate));
  });
}
