import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { SCORES } from '../../domain/score.ts';
import type { ApiContext } from '../context.ts';
import { defined, Id, PAGE_QUERY, pageOfSchema, query, ref, severalOf, time } from '../resources/common.ts';
import { presentScore, ScoreSchema } from '../resources/score.ts';
import { timeIfAny } from '../times.ts';

export const scoreRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/scores',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags: ['outcomes'],
          summary: 'List what predictions came to, the newest first',
          description:
            'Each prediction, and each failure that none foresaw, with what it was held to be and why; worked out anew when a closing or a failure changes.',
          operationId: 'listScores',
          querystring: query({
            score: Type.Optional(severalOf(SCORES, 'One of these')),
            ruleId: Type.Optional(Id),
            ruleVersion: Type.Optional(Id),
            assetId: Type.Optional(Id),
            modelId: Type.Optional(Id),
            componentId: Type.Optional(Id),
            ticketId: Type.Optional(Id),
            from: Type.Optional(time('Of `at`, inclusive')),
            to: Type.Optional(time('Of `at`, exclusive')),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(ScoreSchema)) },
        },
      },
      async ({ query: { limit, cursor, from, to, ...given } }) => {
        const filter = { ...given, ...defined({ from: timeIfAny(from), to: timeIfAny(to) }) };
        const page = await services.database.scores.list(filter, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentScore) };
      },
    );
  };
