import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import {
  body,
  defined,
  Id,
  Nothing,
  oneOf,
  PAGE_QUERY,
  pageOfSchema,
  params,
  query,
  ref,
} from '../resources/common.ts';
import { DELIVERY_STATUSES, DeliverySchema, presentDelivery } from '../resources/delivery.ts';
import { PAUSES } from '../services.ts';

const tags = ['deliveries'];
const SWITCH = { paused: Type.Boolean({ description: 'While true, nothing is told to service desks; it waits' }) };
const SwitchSchema = Type.Object(
  {
    ...SWITCH,
    reason: Type.Optional(
      oneOf(PAUSES, {
        description:
          'Why, while paused: `by-hand`, or `restored`: the database is older than what Fettle has seen of it. Resuming ends either',
      }),
    ),
  },
  { description: 'Position of the switch' },
);

export const deliveryRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const position = async () => {
      const reason = await services.deliveriesPausedBy();
      return { paused: reason !== undefined, ...defined({ reason }) };
    };

    app.get(
      '/deliveries',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List deliveries',
          description:
            'Each thing that a service desk is to be told, with how often that was tried and the last error.',
          operationId: 'listDeliveries',
          querystring: query({
            status: Type.Optional(oneOf(DELIVERY_STATUSES)),
            ticketId: Type.Optional(Id),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(DeliverySchema)) },
        },
      },
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = await services.database.outbox.list(filter, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentDelivery) };
      },
    );

    app.post(
      '/deliveries/:deliveryId/retry',
      {
        config: { access: 'engineer', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Try a failed delivery again',
          description: 'Makes it pending again. 409 unless it has failed for good.',
          operationId: 'retryDelivery',
          params: params({ deliveryId: Id }),
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.retryDelivery(request.params.deliveryId, actorOf(request));
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/deliveries/switch',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get whether deliveries are paused',
          description:
            'And why: a person paused them, or the database was restored and nobody knows what the desk was told.',
          operationId: 'getDeliverySwitch',
          response: { 200: SwitchSchema },
        },
      },
      position,
    );

    app.put(
      '/deliveries/switch',
      {
        config: { access: 'engineer' },
        schema: {
          tags,
          summary: 'Pause or resume deliveries',
          description:
            'While they are paused nothing is told to the service desk; what waits is told in order when they go on.',
          operationId: 'setDeliverySwitch',
          body: body(SWITCH, { examples: [{ paused: true }] }),
          response: { 200: SwitchSchema },
        },
      },
      async (request) => {
        await services.pauseDeliveries(request.body.paused, actorOf(request));
        return position();
      },
    );
  };
