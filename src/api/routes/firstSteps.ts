import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { SECOND } from '../../domain/time.ts';
import type { ApiContext } from '../context.ts';
import { body, defined, Id, PAYLOAD_FIELDS, payloadOf, ref } from '../resources/common.ts';
import { DecodeTrialSchema, InstallationSchema, presentInstallation, presentTrial } from '../resources/firstSteps.ts';

const tags = ['first steps'];

const MOST_CLOCKS = 500;

export const firstStepRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/installation',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'See what there is and where devices report',
          description: 'For whoever connects the first device.',
          operationId: 'getInstallation',
          response: { 200: ref(InstallationSchema) },
        },
      },
      async () => presentInstallation(await services.installation()),
    );

    app.get(
      '/clocks',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'List assets whose clocks are off',
          description:
            'By more than a minute, the furthest first, at most 500: as far as the node that answers has heard them since it started.',
          operationId: 'listClocks',
          response: {
            200: Type.Object(
              {
                items: Type.Array(
                  Type.Object({
                    assetId: Type.String(),
                    clockErrorSeconds: Type.Number({ description: 'How far it is ahead, negative when behind' }),
                  }),
                ),
              },
              { description: 'Clocks that are off' },
            ),
          },
        },
      },
      async () => ({
        items: services
          .clocksOff()
          .slice(0, MOST_CLOCKS)
          .map(({ assetId, error }) => ({ assetId, clockErrorSeconds: error / SECOND })),
      }),
    );

    app.post(
      '/decode',
      {
        config: { access: 'engineer', problems: ['unacceptable'] },
        schema: {
          tags,
          summary: 'See what a message would become',
          description:
            'Decodes it as if it had just come, without storing, registering or learning anything. An asset that is not ' +
            'registered is taken for one of `modelId`, else of the model that fits best.',
          operationId: 'tryDecode',
          body: body(
            {
              topic: Type.String({ minLength: 1, maxLength: 1000 }),
              ...PAYLOAD_FIELDS,
              sourceId: Type.Optional(Id),
              modelId: Type.Optional(Id),
            },
            {
              examples: [
                { topic: 'fettle/plant-1/compressor-7/telemetry', payload: '{"ts":1767225600,"oil-temperature":81.5}' },
              ],
            },
          ),
          response: { 200: ref(DecodeTrialSchema) },
        },
      },
      async ({ body: { topic, sourceId, modelId, ...content } }) => {
        return presentTrial(
          services.tryDecode({ topic, payload: payloadOf(content), ...defined({ sourceId, modelId }) }),
        );
      },
    );
  };
