import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { keyOf, pageOf } from '../paging.ts';
import { defined, Id, Nothing, PAGE_QUERY, pageOfSchema, params, query, ref } from '../resources/common.ts';
import { ModelSchema, presentModel, TrippedRuleSchema } from '../resources/model.ts';
import { NotFoundError } from '../services.ts';
import { formatTime } from '../times.ts';

const tags = ['rules'];

export const ruleRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/models',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List asset models, by id',
          operationId: 'listModels',
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(ModelSchema)) },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const page = pageOf(services.models(), ({ id }) => id, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentModel) };
      },
    );

    app.get(
      '/models/:modelId',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get an asset model',
          operationId: 'getModel',
          params: params({ modelId: Id }),
          response: { 200: ref(ModelSchema) },
        },
      },
      async ({ params: { modelId } }) => {
        const model = services.models().find(({ id }) => id === modelId);
        if (!model) throw new NotFoundError(`There is no asset model ${modelId}.`);
        return presentModel(model);
      },
    );

    app.get(
      '/rules/tripped',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List rules that tripped to propose',
          operationId: 'listTrippedRules',
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(TrippedRuleSchema)) },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const tripped = await services.trippedRules();
        const page = pageOf(tripped, ({ modelId, ruleId }) => keyOf(modelId, ruleId), {
          limit,
          ...defined({ cursor }),
        });
        return { ...page, items: page.items.map((rule) => ({ ...rule, at: formatTime(rule.at) })) };
      },
    );

    app.post(
      '/models/:modelId/rules/:ruleId/reset',
      {
        config: { access: 'engineer', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Put a tripped rule back to its configured mode',
          operationId: 'resetRule',
          params: params({ modelId: Id, ruleId: Id }),
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        const { modelId, ruleId } = request.params;
        await services.resetRule(modelId, ruleId, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
