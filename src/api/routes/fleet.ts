import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { FLEET_GROUPINGS, FLEET_SORTS, type FleetGroup } from '../../ports/fleet.ts';
import type { ApiContext } from '../context.ts';
import { defined, Id, oneOf, query, ref, severalOf } from '../resources/common.ts';
import { ConnectivityStateSchema } from '../resources/connectivity.ts';
import { FleetRowSchema, FleetSummarySchema, presentCounts, presentFleetRow } from '../resources/fleet.ts';
import { HEALTHS } from '../services.ts';

const tags = ['fleet'];

const FILTERS = {
  siteId: Type.Optional(Id),
  modelId: Type.Optional(Id),
  customerId: Type.Optional(Id),
  health: Type.Optional(severalOf(HEALTHS, 'One of these')),
  search: Type.Optional(Type.String({ maxLength: 200, description: 'Part of id, name or serial, case-insensitive' })),
  hasTickets: Type.Optional(
    Type.Boolean({ description: 'Whether it has tickets that are neither closed nor cancelled' }),
  ),
  inMaintenance: Type.Optional(Type.Boolean()),
  silent: Type.Optional(Type.Boolean({ description: 'Whether a rule of silence holds' })),
  connectivity: Type.Optional(ConnectivityStateSchema),
};

export const fleetRoutes =
  ({ services: { database } }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/fleet',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'See the fleet at a glance, any page of it',
          description:
            'Those that fit all filters, each with health, wear, end of life and open tickets as of when its state was last saved, a few seconds ago. `offset` jumps to any place: a page is cut out of the list as it is at this moment. For all that is registered of assets see `GET /api/v1/assets`.',
          operationId: 'getFleet',
          querystring: query({
            ...FILTERS,
            sort: oneOf(FLEET_SORTS, {
              default: 'health',
              description:
                'health: the worst first, and of the same the one whose life ends first; with `-` the largest first. What has no such value comes last.',
            }),
            offset: Type.Integer({ minimum: 0, maximum: 10_000_000, default: 0 }),
            limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
          }),
          response: {
            200: Type.Object(
              { items: Type.Array(ref(FleetRowSchema)), total: Type.Integer({ description: 'Of all that fit' }) },
              { description: 'A part of the list' },
            ),
          },
        },
      },
      async ({ query: { sort, offset, limit, ...filter } }) => {
        const { rows, total } = await database.fleet.rows(defined(filter), sort, { offset, limit });
        return { items: rows.map(presentFleetRow), total };
      },
    );

    app.get(
      '/fleet/summary',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Count the fleet by health',
          description: 'Of those that fit all filters, together and by site, model or customer.',
          operationId: 'getFleetSummary',
          querystring: query({ ...FILTERS, by: Type.Optional(oneOf(FLEET_GROUPINGS)) }),
          response: { 200: ref(FleetSummarySchema) },
        },
      },
      async ({ query: { by, ...filter } }) => {
        const [total, groups] = await Promise.all([
          database.fleet.count(defined(filter)),
          by === undefined ? Promise.resolve<FleetGroup[]>([]) : database.fleet.groups(defined(filter), by),
        ]);
        return { total: presentCounts(total), ...defined({ by }), groups: groups.map((group) => presentCounts(group)) };
      },
    );
  };
