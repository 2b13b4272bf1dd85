import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { SECOND } from '../../domain/time.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { body, ref } from '../resources/common.ts';
import { HeardSchema, presentUnmapped, UnmappedSchema } from '../resources/unmapped.ts';

export const unmappedRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/unmapped',
      {
        config: { access: 'viewer' },
        schema: {
          tags: ['dead letters'],
          summary: 'List topics and names that nothing takes, with a suggested mapping',
          description:
            'By the newest 10,000 dead letters of each, `unknown-topic` and `unknown-metric`: topics by their form and names by source and ' +
            'model, 100 of each at most, with samples and lines for fettle.yaml that would take them. Names are compared with ' +
            'the metrics of the model, units with the ends of names and the ranges of metrics. What is suggested is a guess: look at it.',
          operationId: 'getUnmapped',
          response: { 200: ref(UnmappedSchema) },
        },
      },
      async () => presentUnmapped(await services.unmapped()),
    );

    app.post(
      '/unmapped/listen',
      {
        config: { access: 'engineer', problems: ['conflict', 'unacceptable', 'unavailable'] },
        schema: {
          tags: ['dead letters'],
          summary: 'Listen to a broker for topics that nothing takes',
          description:
            'Fettle subscribes to the topics of its sources; this listens to others for some seconds, beside its session and with QoS 0, and ' +
            'keeps up to three messages of each topic that no source takes among the dead letters, 2,000 in all. They are listed by ' +
            '`GET /api/v1/unmapped` then. The embedded broker takes whatever is published.',
          operationId: 'listenForUnmapped',
          body: body({
            filter: Type.String({
              minLength: 1,
              maxLength: 1000,
              default: '#',
              description: 'An MQTT topic filter',
              examples: ['acme/#'],
            }),
            seconds: Type.Integer({ minimum: 1, maximum: 50, default: 10 }),
            brokerId: Type.String({ default: 'main', description: '`main`, or the id of one of `mqtt.brokers`' }),
          }),
          response: { 200: HeardSchema },
        },
      },
      async (request) => {
        const { filter, seconds, brokerId } = request.body;
        return services.listenForUnmapped({ filter, brokerId, limit: seconds * SECOND }, actorOf(request));
      },
    );
  };
