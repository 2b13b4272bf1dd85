import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ApiContext } from '../context.ts';
import { params } from '../resources/common.ts';
import { DeskEventBody, presentReconciliation, ReconciliationSchema, readNews } from '../resources/desk.ts';

const tags = ['deliveries'];

export const deskRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/desk/events/:secret',
      {
        config: { access: 'public', problems: ['unavailable'] },
        schema: {
          tags,
          summary: 'Take a webhook of the service desk',
          description:
            'The last part of the address is `desk.eventsSecret` of the configuration; with another, or where none is configured, ' +
            'the answer is 404. Telling the same again changes nothing. What gets lost is found by polling, where the desk can be read.',
          operationId: 'takeDeskEvent',
          params: params({ secret: Type.String({ minLength: 1, maxLength: 500 }) }),
          body: DeskEventBody,
          response: {
            200: Type.Object(
              { tickets: Type.Integer({ description: '0 where no ticket has this work order' }) },
              { description: 'How many tickets it was about' },
            ),
          },
        },
      },
      async ({ params: { secret }, body }) => {
        return { tickets: await services.deskEvent(secret, body, readNews(body)) };
      },
    );

    app.get(
      '/desk/reconciliation',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get what the service desk and the tickets do not agree on',
          description:
            'Tickets without a work order, with what telling the desk came to, and open work orders of Fettle that belong to no ticket. The desk is asked.',
          operationId: 'getDeskReconciliation',
          response: { 200: ReconciliationSchema },
        },
      },
      async () => presentReconciliation(await services.deskReconciliation()),
    );
  };
