import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { SEVERITIES } from '../../domain/model.ts';
import type { ApiContext } from '../context.ts';
import { defined, Id, oneOf, PAGE_QUERY, pageOfSchema, query, ref } from '../resources/common.ts';
import { FindingSchema, presentFinding } from '../resources/finding.ts';

export const findingRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/findings',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags: ['findings'],
          summary: 'List findings, the newest first',
          description:
            'What rules stated, with the evidence, whether it led to a ticket or not. One that a refold took back has `retractedAt`.',
          operationId: 'listFindings',
          querystring: query({
            assetId: Type.Optional(Id),
            componentId: Type.Optional(Id),
            ruleId: Type.Optional(Id),
            ticketId: Type.Optional(Id),
            severity: Type.Optional(oneOf(SEVERITIES)),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(FindingSchema)) },
        },
      },
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = await services.database.findings.list(filter, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentFinding) };
      },
    );
  };
