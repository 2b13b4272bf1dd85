import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { keyOf, pageOf } from '../paging.ts';
import { defined, Id, Nothing, PAGE_QUERY, pageOfSchema, params, query, ref } from '../resources/common.ts';
import { NodeSchema, presentNode } from '../resources/node.ts';

const tags = ['nodes'];

export const nodeRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/nodes',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List the nodes that work on this database, by id',
          description:
            'Each process that shares the work: since when, until when it heard its devices, and how far behind its shards are.',
          operationId: 'listNodes',
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(NodeSchema)) },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const { database } = services;
        const [{ now, nodes }, shares] = await Promise.all([database.nodes.list(), database.shards.byNode()]);
        const page = pageOf(nodes, ({ id, clientId }) => keyOf(id, clientId), { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map((node) => presentNode(node, now, shares.get(node.id))) };
      },
    );

    app.post(
      '/nodes/:nodeId/retire',
      {
        config: { access: 'admin', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Have a node leave for good',
          description:
            'A node that is alive takes what waits for it at the broker, ends its session there and stops with exit code 0; for one that is gone another node does so at once. Refused for the last node.',
          operationId: 'retireNode',
          params: params({ nodeId: Id }),
          response: { 202: Nothing },
        },
      },
      async (request, reply) => {
        await services.retireNode(request.params.nodeId, actorOf(request));
        return reply.code(202).send(null);
      },
    );
  };
