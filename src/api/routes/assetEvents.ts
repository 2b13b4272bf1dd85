import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { DAY } from '../../domain/time.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { invalidRequest } from '../errors.ts';
import { keyOf, pageOf } from '../paging.ts';
import { defined, Id, PAGE_QUERY, pageOfSchema, params, query, ref, time } from '../resources/common.ts';
import { EventSchema, NewEventBody, presentEvent, readEvent } from '../resources/event.ts';
import { presentUsage, UsageSchema } from '../resources/telemetry.ts';
import { formatTime, timeIfAny } from '../times.ts';
import { findAsset } from './assets.ts';

const tags = ['assets'];
const AssetParams = params({ assetId: Id });

export const assetEventRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/assets/:assetId/events',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List what happened to an asset, by time',
          description:
            'Installations and replacements, maintenance, closings, lives that were extended, changes of rules: what its state was worked out from, beside its data.',
          operationId: 'listAssetEvents',
          params: AssetParams,
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(EventSchema)) },
        },
      },
      async ({ params: { assetId }, query: { limit, cursor } }) => {
        await findAsset(services, assetId);
        const events = await services.database.events.of(assetId);
        const page = pageOf(events, ({ at, id }) => keyOf(formatTime(at), id), { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentEvent) };
      },
    );

    app.post(
      '/assets/:assetId/events',
      {
        config: { access: 'agent', problems: ['unacceptable'] },
        schema: {
          tags,
          summary: 'Add an event: a component replaced, or maintenance',
          description: 'It may lie in the past: what was assessed since is then assessed again.',
          operationId: 'addAssetEvent',
          params: AssetParams,
          body: NewEventBody,
          response: { 201: ref(EventSchema) },
        },
      },
      async (request, reply) => {
        const event = readEvent(request.body);
        if (event.type === 'maintenance' && event.until !== undefined && event.until <= event.at) {
          throw invalidRequest([{ path: '/body/until', message: 'must be after at' }]);
        }
        const added = await services.addEvent(request.params.assetId, event, actorOf(request));
        return reply.code(201).send(presentEvent(added));
      },
    );

    app.get(
      '/assets/:assetId/usage',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List the usage ledger of an asset, by day and rule',
          description:
            'What each rule that counts found used on each UTC day, kept for ever. `adjusted` is what was taken out as implausible; it is never billed.',
          operationId: 'listUsage',
          params: AssetParams,
          querystring: query({
            from: Type.Optional(time('Inclusive; 31 days before `to` when absent')),
            to: Type.Optional(time('Exclusive; now when absent')),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(UsageSchema)) },
        },
      },
      async ({ params: { assetId }, query: { limit, cursor, ...range } }) => {
        await findAsset(services, assetId);
        const to = timeIfAny(range.to) ?? now();
        const from = timeIfAny(range.from) ?? to - 31 * DAY;
        if (from >= to) throw invalidRequest([{ path: '/query/from', message: 'must be before to' }]);
        const entries = await services.database.states.usage(assetId, from, to);
        const key = (entry: (typeof entries)[number]) => keyOf(formatTime(entry.day), entry.ruleId);
        const page = pageOf(entries, key, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentUsage) };
      },
    );
  };
