import { expect, test } from 'vitest';
import { problemOf, useTestApi } from '../../support/api.ts';
import { suggestion, T0_ISO } from '../../support/apiFixtures.ts';
import { actor } from '../../support/fakeServices.ts';

const api = useTestApi();
const PATH = `/api/v1/models/${suggestion.modelId}/rules/${suggestion.ruleId}/suggestion`;

test('POST hands on who asks; only an engineer may', async () => {
  const asked = await api.call('engineer', 'POST', PATH);
  expect([asked.statusCode, asked.json()]).toMatchObject([202, { ruleId: suggestion.ruleId }]);
  const args = [suggestion.modelId, suggestion.ruleId, actor('engineer')];
  expect(api.services.calls).toContainEqual({ name: 'suggestions.ask', args });
  expect((await api.call('agent', 'POST', PATH)).statusCode).toBe(403);
});

test('GET shows limits with what they would have done', async () => {
  const got = (await api.call('viewer', 'GET', PATH)).json();
  expect(got).toMatchObject({
    outcomes: 24,
    needed: 20,
    reason: suggestion.reason,
    suggested: { limits: [83, 95], hits: 12, misses: 1, falses: 2, unverifiable: 1 },
    trial: {
      status: 'done',
      askedAt: T0_ISO,
      known: 24,
      shown: 22,
      today: { limits: [80, 95], hits: 12, misses: 1, falses: 9, unverifiable: 3 },
      tried: [{ limits: [83, 95], warningLostSeconds: { median: 120, most: 300 } }],
    },
  });
  const none = await api.call('viewer', 'GET', '/api/v1/models/none/rules/hot/suggestion');
  expect(problemOf(none)).toMatchObject({ status: 404 });
});
