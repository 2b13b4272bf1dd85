import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { SECOND } from '../../domain/time.ts';
import type { ApiContext } from '../context.ts';
import { body, defined, Id, Nothing, PAYLOAD_FIELDS, params, payloadOf, ref } from '../resources/common.ts';
import {
  DecodeTrialSchema,
  DemoSchema,
  InstallationSchema,
  presentInstallation,
  presentTrial,
} from '../resources/firstSteps.ts';
import { NotFoundError } from '../services.ts';

const tags = ['first steps'];

const MOST_CLOCKS = 500;

const MESSAGE_FIELDS = {
  topic: Type.String({ minLength: 1, maxLength: 1000 }),
  ...PAYLOAD_FIELDS,
  modelId: Type.Optional(Id),
};

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
      '/demo',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'See whether the demo fleet runs',
          description: 'On the node that answers.',
          operationId: 'getDemo',
          response: { 200: ref(DemoSchema) },
        },
      },
      async () => services.demo.state(),
    );

    app.post(
      '/demo',
      {
        config: { access: 'admin', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Start the demo fleet',
          description:
            'Starts a Fettle of its own beside this one, on another port of the same address, with 40 simulated machines, ' +
            'its own key and its own data in a folder of the data folder. It runs until it is stopped, or this one stops.',
          operationId: 'startDemo',
          response: { 202: ref(DemoSchema) },
        },
      },
      async (_request, reply) => {
        const state = await services.demo.start();
        return reply.code(202).send(state);
      },
    );

    app.delete(
      '/demo',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Stop the demo fleet',
          description: 'Its data stay, and it goes on with them when it is started again.',
          operationId: 'stopDemo',
          response: { 204: Nothing },
        },
      },
      async (_request, reply) => {
        await services.demo.stop();
        return reply.code(204).send(null);
      },
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

    const about =
      'Decodes it as if it had just come, without storing, registering or learning anything. An asset that is not ' +
      'registered is taken for one of `modelId`, else of the model that fits best.';
    const example = {
      topic: 'fettle/plant-1/compressor-7/telemetry',
      payload: '{"ts":1767225600,"oil-temperature":81.5}',
    };

    app.post(
      '/decode',
      {
        config: { access: 'engineer', problems: ['unacceptable'] },
        schema: {
          tags,
          summary: 'See what a message would become',
          description: about,
          operationId: 'tryDecode',
          body: body({ ...MESSAGE_FIELDS, sourceId: Type.Optional(Id) }, { examples: [example] }),
          response: { 200: ref(DecodeTrialSchema) },
        },
      },
      async ({ body: { topic, sourceId, modelId, ...content } }) =>
        presentTrial(
          await services.tryDecode({ topic, payload: payloadOf(content), ...defined({ sourceId, modelId }) }),
        ),
    );

    app.post(
      '/sources/:sourceId/decode',
      {
        config: { access: 'engineer', problems: ['not-found', 'unacceptable'] },
        schema: {
          tags,
          summary: 'See what a source would make of a message',
          description: `The same for one source, whichever others take its topic. ${about}`,
          operationId: 'tryDecodeOfSource',
          params: params({ sourceId: Id }),
          body: body(MESSAGE_FIELDS, { examples: [example] }),
          response: { 200: ref(DecodeTrialSchema) },
        },
      },
      async ({ params: { sourceId }, body: { topic, modelId, ...content } }) => {
        if (!services.hasSource(sourceId)) throw new NotFoundError(`There is no source ${sourceId}.`);
        return presentTrial(
          await services.tryDecode({ topic, sourceId, payload: payloadOf(content), ...defined({ modelId }) }),
        );
      },
    );
  };
