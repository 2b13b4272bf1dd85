import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import {
  BACKTEST_BYTES,
  BacktestDetailSchema,
  BacktestSchema,
  backtestRequest,
  NewBacktestSchema,
  presentBacktest,
  presentBacktestDetail,
} from '../resources/backtest.ts';
import {
  defined,
  Id,
  Nothing,
  PAGE_QUERY,
  pageOfSchema,
  params,
  query,
  ref,
  withHeaders,
} from '../resources/common.ts';

const tags = ['backtests'];

export const backtestRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/backtests',
      {
        bodyLimit: BACKTEST_BYTES,
        config: { access: 'engineer', problems: ['unacceptable', 'conflict'] },
        schema: {
          tags,
          summary: 'Try rules on stored history',
          description:
            'Folds the samples and events that are stored through these models in the code that assesses live, beside the ' +
            'models in force, and reports which tickets would have opened. Nothing is changed. One backtest runs at a time; ' +
            'ask for it again until `status` is `done` or `failed`. Files that rules learn from (`library`) are those in the ' +
            'folder of models of this server.',
          operationId: 'startBacktest',
          body: NewBacktestSchema,
          response: { 202: withHeaders(BacktestSchema, 'Location') },
        },
      },
      async (request, reply) => {
        const asked = await services.backtests.ask(backtestRequest(request.body, now()), actorOf(request));
        return reply.code(202).header('location', `/api/v1/backtests/${asked.id}`).send(presentBacktest(asked));
      },
    );

    app.get(
      '/backtests',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List backtests, by when they were asked for; the last 20 are kept',
          description: 'How far each is and what was asked, without the reports.',
          operationId: 'listBacktests',
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(BacktestSchema)) },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const page = pageOf(await services.backtests.list(), ({ id }) => id, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentBacktest) };
      },
    );

    app.get(
      '/backtests/:backtestId',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get a backtest, with its report once it is done',
          description:
            'The report holds the rules of today against the candidates on the same history: tickets, failures caught and missed, warning times.',
          operationId: 'getBacktest',
          params: params({ backtestId: Id }),
          response: { 200: ref(BacktestDetailSchema) },
        },
      },
      async ({ params: { backtestId } }) => {
        const { backtest, report } = await services.backtests.get(backtestId);
        return presentBacktestDetail(backtest, report);
      },
    );

    app.delete(
      '/backtests/:backtestId',
      {
        config: { access: 'engineer' },
        schema: {
          tags,
          summary: 'Remove a backtest; one that runs is ended',
          description: 'Its report is gone with it.',
          operationId: 'removeBacktest',
          params: params({ backtestId: Id }),
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.backtests.remove(request.params.backtestId, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
