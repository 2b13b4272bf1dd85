import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { Id, params, ref } from '../resources/common.ts';
import { presentSuggestion, SuggestionSchema } from '../resources/suggestion.ts';

const tags = ['rules'];
const path = '/models/:modelId/rules/:ruleId/suggestion';
const ofRule = params({ modelId: Id, ruleId: Id });

export const suggestionRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      path,
      {
        config: { access: 'engineer', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Try other limits of a rule on stored history',
          description:
            'Once 20 of its predictions and misses have come to something (`GET /scores`), folds the stored history under stricter and ' +
            'milder limits and compares what they would have done for what is known. Rules of the kinds threshold, rate-of-change and ' +
            'anomaly have limits to move. Nothing is changed: get the suggestion until the `status` of its trial is `done`, then move the ' +
            'limit in the model. Asked for again while a trial goes on, says how far that is. 409 with fewer outcomes, or without limits.',
          operationId: 'askForSuggestion',
          params: ofRule,
          response: { 202: ref(SuggestionSchema) },
        },
      },
      async (request, reply) => {
        const { modelId, ruleId } = request.params;
        const asked = await services.suggestions.ask(modelId, ruleId, actorOf(request));
        return reply.code(202).send(presentSuggestion(asked));
      },
    );

    app.get(
      path,
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get whether the limits of a rule should be moved, and why',
          description:
            'Says in words why to move the limits, with hits, false tickets, misses and warning time before and after, or why there is no ' +
            'suggestion: too few outcomes yet (“12 of 20”), not tried, changed since, or none that serves better.',
          operationId: 'getSuggestion',
          params: ofRule,
          response: { 200: ref(SuggestionSchema) },
        },
      },
      async ({ params: { modelId, ruleId } }) => presentSuggestion(await services.suggestions.get(modelId, ruleId)),
    );
  };
