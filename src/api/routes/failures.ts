import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { FAILURE_IMPACTS, FAILURE_SOURCES } from '../../domain/failure.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import {
  defined,
  Id,
  Nothing,
  oneOf,
  PAGE_QUERY,
  pageOfSchema,
  params,
  query,
  ref,
  time,
  withHeaders,
} from '../resources/common.ts';
import {
  FailureCorrectionBody,
  FailureDetailSchema,
  FailureSchema,
  NewFailureBody,
  presentFailure,
  presentFailureDetail,
  RemovalBody,
  readCorrection,
  readFailure,
} from '../resources/failure.ts';
import { ConflictError, NotFoundError } from '../services.ts';
import { timeIfAny } from '../times.ts';

const tags = ['outcomes'];
const FailureParams = params({ failureId: Id });

export const failureRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { failures } = services.database;

    app.get(
      '/failures',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List failures, the newest first',
          description: 'Those that fit all filters, recorded by people, by import or with a closing.',
          operationId: 'listFailures',
          querystring: query({
            assetId: Type.Optional(Id),
            componentId: Type.Optional(Id),
            failureModeId: Type.Optional(Id),
            ticketId: Type.Optional(Id),
            impact: Type.Optional(oneOf(FAILURE_IMPACTS)),
            source: Type.Optional(oneOf(FAILURE_SOURCES)),
            from: Type.Optional(time('Of `at`, inclusive')),
            to: Type.Optional(time('Of `at`, exclusive')),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(FailureSchema)) },
        },
      },
      async ({ query: { limit, cursor, from, to, ...given } }) => {
        const filter = { ...given, ...defined({ from: timeIfAny(from), to: timeIfAny(to) }) };
        const page = await failures.list(filter, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentFailure) };
      },
    );

    app.get(
      '/failures/:failureId',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get a failure with its corrections',
          description: 'The failure as it is recorded now, and each correction with who, when and why.',
          operationId: 'getFailure',
          params: FailureParams,
          response: { 200: ref(FailureDetailSchema) },
        },
      },
      async ({ params: { failureId } }) => {
        const failure = await failures.get(failureId);
        if (!failure) throw new NotFoundError(`There is no failure record ${failureId}.`);
        return presentFailureDetail(failure, await failures.changes(failureId));
      },
    );

    app.post(
      '/failures',
      {
        config: { access: 'agent', problems: ['unacceptable', 'conflict'] },
        schema: {
          tags,
          summary: 'Record a failure, with or without a ticket',
          description:
            'What failed without a ticket is known from nothing else: predictions are judged by it, and a critical one that ' +
            'nothing predicted counts as missed. What is said anew of an `externalKey` replaces what was said of it, and the ' +
            'answer is 200; a replacement is entered the first time only. A failure that was found with a ticket is recorded by closing that.',
          operationId: 'recordFailure',
          body: NewFailureBody,
          response: { 200: ref(FailureSchema), 201: withHeaders(FailureSchema, 'Location') },
        },
      },
      async (request, reply) => {
        const { recorded, failures: made } = await services.failures.record(
          [readFailure(request.body)],
          'api',
          actorOf(request),
        );
        const [failure] = made;
        if (!failure) throw new ConflictError('the failure with this externalKey was taken out; give another key');
        if (recorded > 0) reply.header('location', `/api/v1/failures/${encodeURIComponent(failure.id)}`);
        return reply.code(recorded > 0 ? 201 : 200).send(presentFailure(failure));
      },
    );

    app.patch(
      '/failures/:failureId',
      {
        config: { access: 'agent', problems: ['unacceptable'] },
        schema: {
          tags,
          summary: 'Correct a failure record',
          description: 'What it was before is kept, with the reason. Predictions are scored anew.',
          operationId: 'correctFailure',
          params: FailureParams,
          body: FailureCorrectionBody,
          response: { 200: ref(FailureSchema) },
        },
      },
      async (request) => {
        const { failureId } = request.params;
        return presentFailure(
          await services.failures.correct(failureId, readCorrection(request.body), actorOf(request)),
        );
      },
    );

    app.post(
      '/failures/:failureId/remove',
      {
        config: { access: 'agent' },
        schema: {
          tags,
          summary: 'Take out a failure record that was none',
          description:
            'What it was is kept, with the reason. Predictions are scored anew; a component that was replaced with it stays so. ' +
            'An import with the same key does not bring it back.',
          operationId: 'removeFailure',
          params: FailureParams,
          body: RemovalBody,
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.failures.remove(request.params.failureId, request.body.reason, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
