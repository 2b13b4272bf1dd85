import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { keyOf, pageOf } from '../paging.ts';
import { body, defined, Id, Nothing, PAGE_QUERY, pageOfSchema, params, query, ref } from '../resources/common.ts';
import { ExplainedRuleSchema, presentExplainedRule } from '../resources/explainedRule.ts';
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
          description: 'As they are in force, with their rules.',
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
          description: 'As it is in force, with its rules.',
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
      '/assets/:assetId/rules',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Say why each rule of an asset is quiet or firing',
          description:
            'In words, of this moment: how far a value is from its limit, how much of a delay has passed, what a gate waits for, what is not ' +
            'known yet. In the order of the model.',
          operationId: 'explainRules',
          params: params({ assetId: Id }),
          response: {
            200: Type.Object(
              { items: Type.Array(ref(ExplainedRuleSchema)) },
              { description: 'Every rule that watches the asset' },
            ),
          },
        },
      },
      async ({ params: { assetId } }) => {
        const explained = await services.explainRules(assetId);
        return { items: explained.map(presentExplainedRule) };
      },
    );

    app.get(
      '/rules/tripped',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List rules that tripped to propose',
          description: 'They opened more tickets within an hour than their cap, and only propose until they are reset.',
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
          description: 'It opens tickets again as it is configured to. 409 where it has not tripped.',
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

    app.post(
      '/models/:modelId/rules/:ruleId/versions/:version/void',
      {
        config: { access: 'engineer' },
        schema: {
          tags,
          summary: 'Void the tickets of a version of a rule',
          description:
            'Cancels those that go on, whatever the version that runs now, and closes their work orders in the service desk. ' +
            'Those that are said to be done are left to be closed with what was found. Asking again does what is left.',
          operationId: 'voidRuleVersion',
          params: params({ modelId: Id, ruleId: Id, version: Id }),
          body: body(
            { reason: Type.String({ minLength: 1, maxLength: 20_000 }) },
            { examples: [{ reason: 'The limit was set too low' }] },
          ),
          response: {
            200: Type.Object(
              { voided: Type.Integer(), left: Type.Integer({ description: 'Said to be done' }) },
              { description: 'How many tickets' },
            ),
          },
        },
      },
      async (request) => {
        const { modelId, ruleId, version } = request.params;
        return services.voidRuleVersion({ modelId, ruleId, version }, request.body.reason, actorOf(request));
      },
    );
  };
