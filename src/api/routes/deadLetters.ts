import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import {
  body,
  defined,
  Id,
  Nothing,
  PAGE_QUERY,
  PAYLOAD_FIELDS,
  pageOfSchema,
  params,
  payloadOf,
  query,
  ref,
} from '../resources/common.ts';
import { DeadLetterSchema, presentDeadLetter, ReasonSchema } from '../resources/deadLetter.ts';
import { NotFoundError } from '../services.ts';

const tags = ['dead letters'];
const RetrySchema = Type.Object(
  { stored: Type.Boolean(), detail: Type.String() },
  { description: 'What became of it' },
);
const LetterParams = params({ deadLetterId: Id });

export const deadLetterRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { deadLetters } = services.database;

    app.get(
      '/dead-letters',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List dead letters, the newest first',
          description: 'Messages and values that were not taken, with the reason and the first bytes of the payload.',
          operationId: 'listDeadLetters',
          querystring: query({
            reason: Type.Optional(ReasonSchema),
            assetId: Type.Optional(Id),
            topic: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(DeadLetterSchema)) },
        },
      },
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = await deadLetters.list(filter, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentDeadLetter) };
      },
    );

    app.get(
      '/dead-letters/:deadLetterId',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get a dead letter',
          description: 'With the reason and the first bytes of the payload.',
          operationId: 'getDeadLetter',
          params: LetterParams,
          response: { 200: ref(DeadLetterSchema) },
        },
      },
      async ({ params: { deadLetterId } }) => {
        const letter = await deadLetters.get(deadLetterId);
        if (!letter) throw new NotFoundError(`There is no dead letter ${deadLetterId}.`);
        return presentDeadLetter(letter);
      },
    );

    app.post(
      '/dead-letters/:deadLetterId/retry',
      {
        config: { access: 'engineer', problems: ['conflict', 'unacceptable'] },
        schema: {
          tags,
          summary: 'Decode and store a dead letter again',
          description: 'Still refused, it stays among the dead letters and `stored` is false.',
          operationId: 'retryDeadLetter',
          params: LetterParams,
          response: { 200: RetrySchema },
        },
      },
      async (request) => services.retryDeadLetter(request.params.deadLetterId, {}, actorOf(request)),
    );

    app.post(
      '/dead-letters/:deadLetterId/correct',
      {
        config: { access: 'engineer', problems: ['conflict', 'unacceptable'] },
        schema: {
          tags,
          summary: 'Decode and store something else in the place of a dead letter',
          description:
            'What is left out stays as it came. Still refused, the dead letter stays as it is and `stored` is false; taken, it ' +
            'goes, and the log says what came and what was taken.',
          operationId: 'correctDeadLetter',
          params: LetterParams,
          body: body(
            {
              topic: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
              payload: Type.Optional(PAYLOAD_FIELDS.payload),
              encoding: PAYLOAD_FIELDS.encoding,
            },
            { examples: [{ topic: 'fettle/plant-1/compressor-7/telemetry' }] },
          ),
          response: { 200: RetrySchema },
        },
      },
      async (request) => {
        const { topic, payload, encoding } = request.body;
        const corrected = defined({
          topic,
          payload: payload === undefined ? undefined : payloadOf({ payload, encoding }),
        });
        return services.retryDeadLetter(request.params.deadLetterId, corrected, actorOf(request));
      },
    );

    app.delete(
      '/dead-letters/:deadLetterId',
      {
        config: { access: 'engineer' },
        schema: {
          tags,
          summary: 'Discard a dead letter',
          description: 'Removes it for good; nothing is stored of it.',
          operationId: 'discardDeadLetter',
          params: LetterParams,
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.discardDeadLetter(request.params.deadLetterId, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
