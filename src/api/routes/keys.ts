import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import { defined, Id, Nothing, PAGE_QUERY, pageOfSchema, params, query, ref } from '../resources/common.ts';
import { KeySchema, NewKeyBody, NewKeySchema, presentKey } from '../resources/key.ts';

const tags = ['keys'];

export const keyRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/keys',
      {
        config: { access: 'admin', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List API keys, by name',
          description: 'Names and roles; the keys themselves are not kept.',
          operationId: 'listKeys',
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(KeySchema)) },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const page = pageOf(await services.database.keys.list(), ({ name }) => name, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentKey) };
      },
    );

    app.post(
      '/keys',
      {
        config: { access: 'admin', problems: ['conflict', 'unacceptable'] },
        schema: {
          tags,
          summary: 'Make an API key',
          description:
            'The answer shows the key, this once. Its name stands in the history of what is done with it. A key of the role device ' +
            'is for the source `sourceId`.',
          operationId: 'createKey',
          body: NewKeyBody,
          response: { 201: ref(NewKeySchema) },
        },
      },
      async (request, reply) => {
        const { name, role, sourceId } = request.body;
        const { key, kept } = await services.createKey({ name, role, ...defined({ sourceId }) }, actorOf(request));
        return reply.code(201).send({ ...presentKey(kept), key });
      },
    );

    app.delete(
      '/keys/:name',
      {
        config: { access: 'admin', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Revoke an API key',
          description:
            'It is refused after five seconds at most. The last key with the role admin stays. The key of the ' +
            'configuration is back after a restart, unless it is taken out there.',
          operationId: 'revokeKey',
          params: params({ name: Id }),
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.revokeKey(request.params.name, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
