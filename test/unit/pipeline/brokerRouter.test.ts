import { expect, test } from 'vitest';
import { BrokerRouter } from '../../../src/pipeline/brokerRouter.ts';
import { compileTopicTemplate } from '../../../src/pipeline/topicTemplate.ts';

function source(id: string, topic: string, broker?: string) {
  return { definition: { id, ...(broker !== undefined && { broker }) }, template: compileTopicTemplate(topic) };
}

const router = new BrokerRouter([
  source('main only', 'a/{asset}', 'main'),
  source('hall only', 'a/{asset}', 'hall'),
  source('anywhere', 'b/{asset}'),
]);

test.each([
  ['main', 'a/1', 'main only'],
  ['hall', 'a/1', 'hall only'],
  ['yard', 'a/1', undefined],
  ['main', 'b/1', 'anywhere'],
  ['hall', 'b/1', 'anywhere'],
  [undefined, 'a/1', 'main only'],
])('from %s, %s belongs to %s', (broker, topic, id) => {
  for (let again = 0; again < 2; again++) expect(router.route(topic, broker)?.source.definition.id).toBe(id);
});
