import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { NOTIFICATION_STATUSES } from '../../ports/notifications.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { defined, Id, Nothing, oneOf, PAGE_QUERY, pageOfSchema, params, query, ref } from '../resources/common.ts';
import { NotificationSchema, presentNotification } from '../resources/notification.ts';

const tags = ['notifications'];

export const notificationRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/notifications',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List notifications',
          description: 'Each message to people, with how often it was tried and the last error.',
          operationId: 'listNotifications',
          querystring: query({
            status: Type.Optional(oneOf(NOTIFICATION_STATUSES)),
            ticketId: Type.Optional(Id),
            routeId: Type.Optional(Id),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(NotificationSchema)) },
        },
      },
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = await services.database.notifications.list(filter, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentNotification) };
      },
    );

    app.post(
      '/notifications/:notificationId/retry',
      {
        config: { access: 'engineer', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Send a failed notification again',
          description: 'Makes it pending again. 409 unless it has failed for good.',
          operationId: 'retryNotification',
          params: params({ notificationId: Id }),
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.retryNotification(request.params.notificationId, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
