import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { invalidRequest } from '../errors.ts';
import { defined, Id, Nothing, PAGE_QUERY, pageOfSchema, params, query, ref } from '../resources/common.ts';
import { NewShutdownBody, presentShutdown, ShutdownSchema } from '../resources/shutdown.ts';
import { NotFoundError, type Services } from '../services.ts';
import { timeIfAny, timeOf } from '../times.ts';

const tags = ['assets'];

/** NotFoundError where no asset stands. */
async function checkSite({ database }: Services, siteId: string): Promise<void> {
  const { items } = await database.assets.list({ siteId }, { limit: 1 });
  if (items.length === 0) throw new NotFoundError(`There is no asset at a site ${siteId}.`);
}

export const siteRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/sites/:siteId/shutdowns',
      {
        config: { access: 'viewer', problems: ['not-found', 'invalid-cursor'] },
        schema: {
          tags,
          summary: 'List the planned shutdowns of a site, the latest first',
          description: 'Times in which the site is planned to stand still: nothing is raised for silence then.',
          operationId: 'listShutdowns',
          params: params({ siteId: Id }),
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(ShutdownSchema)) },
        },
      },
      async ({ params: { siteId }, query: { limit, cursor } }) => {
        await checkSite(services, siteId);
        const page = await services.database.storms.shutdowns(siteId, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentShutdown) };
      },
    );

    app.post(
      '/sites/:siteId/shutdowns',
      {
        config: { access: 'agent', problems: ['not-found'] },
        schema: {
          tags,
          summary: 'Plan a shutdown of a site',
          description:
            'While it lasts its assets count for no storm, and what shows that something is out or wrong, but is not ' +
            'critical, opens a ticket only if it has not cleared some minutes after the end. Wear, forecasts and critical ' +
            'findings open theirs as ever.',
          operationId: 'addShutdown',
          params: params({ siteId: Id }),
          body: NewShutdownBody,
          response: { 201: ref(ShutdownSchema) },
        },
      },
      async (request, reply) => {
        const { siteId } = request.params;
        await checkSite(services, siteId);
        const { from: since, to: until, ...rest } = request.body;
        const [from, to] = [timeIfAny(since) ?? now(), timeOf(until)];
        if (to <= from) throw invalidRequest([{ path: '/body/to', message: 'must be after from' }]);
        const shutdown = await services.addShutdown(siteId, { from, to, ...rest }, actorOf(request));
        return reply.code(201).send(presentShutdown(shutdown));
      },
    );

    app.delete(
      '/sites/:siteId/shutdowns/:shutdownId',
      {
        config: { access: 'agent', problems: ['not-found'] },
        schema: {
          tags,
          summary: 'End a shutdown now, or remove one that is still to come',
          description: 'One that has begun ends now and stays in the list; one that is still to come is removed.',
          operationId: 'endShutdown',
          params: params({ siteId: Id, shutdownId: Id }),
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.endShutdown(request.params.shutdownId, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
