import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ApiContext } from '../context.ts';
import { ProblemError } from '../errors.ts';
import { Id, params } from '../resources/common.ts';
import { PastBatchSchema, PastTakenSchema, presentPastTaken, readPastBatch } from '../resources/past.ts';
import { NotFoundError } from '../services.ts';

const LONGEST_BODY = 16 * 1024 * 1024;
const RETRY_SOON = { 'retry-after': '5' };

/** History that somebody brings, batch by batch. */
export const pastRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/history/:sourceId',
      {
        bodyLimit: LONGEST_BODY,
        config: { access: 'engineer', problems: ['payload-too-large'] },
        schema: {
          tags: ['telemetry'],
          summary: 'Bring readings of the past',
          description:
            'They are taken by the mapping, the units and the checks of the source, stored, shown and read by backtests; they open ' +
            'no tickets. An answer of 200 means that all of them is durable but what was refused, which is told here and kept ' +
            'nowhere. Readings that are there already count as duplicates: after an answer that never came, and after 503, which also ' +
            'says that the store is behind, bring them again. A request takes 20,000 readings and 50,000 values at most.',
          operationId: 'bringHistory',
          params: params({ sourceId: Id }),
          body: PastBatchSchema,
          response: { 200: PastTakenSchema },
        },
      },
      async (request) => {
        const { sourceId } = request.params;
        if (!services.intake.source(sourceId)) throw new NotFoundError(`There is no source ${sourceId}.`);
        const batch = readPastBatch(sourceId, request.body);
        if (request.body.dryRun) return presentPastTaken(services.past.try(batch));
        const taken = await services.past.take(batch);
        if (taken === 'busy' || taken === 'slow') {
          const detail = taken === 'busy' ? 'The store is behind.' : 'Not durable yet; bring it again.';
          throw new ProblemError('unavailable', detail, { headers: RETRY_SOON });
        }
        return presentPastTaken(taken);
      },
    );
  };
