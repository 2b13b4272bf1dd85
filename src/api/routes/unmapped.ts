import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ApiContext } from '../context.ts';
import { ref } from '../resources/common.ts';
import { presentUnmapped, UnmappedSchema } from '../resources/unmapped.ts';

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
  };
