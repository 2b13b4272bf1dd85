import { describe, expect, it } from 'vitest';
import { BoundedCache } from '../../../src/pipeline/boundedCache.ts';
import { TopicRouter } from '../../../src/pipeline/topicRouter.ts';
import {
  checkTopicTemplate,
  compileTopicTemplate,
  subscriptionsOf,
  topicLevels,
} from '../../../src/pipeline/topicTemplate.ts';

const match = (template: string, topic: string) => compileTopicTemplate(template).match(topicLevels(topic));

describe('topic templates', () => {
  it.each([
    ['acme/{site}/{asset}/telemetry', 'acme/s1/a1/telemetry', { site: 's1', asset: 'a1' }],
    ['acme/{asset}/+', 'acme/a1/x', { asset: 'a1' }],
    ['acme/{asset}/#', 'acme/a1', { asset: 'a1' }],
    ['acme/{asset}/#', 'acme/a1/x/y', { asset: 'a1' }],
    ['{device}/{metric}', 'd1/temperature', { device: 'd1', metric: 'temperature' }],
    ['/{asset}', '/a1', { asset: 'a1' }],
  ])('%s matches %s', (template, topic, fields) => expect(match(template, topic)).toEqual(fields));

  it.each([
    ['acme/{asset}/telemetry', 'acme/a1'],
    ['acme/{asset}', 'acme/a1/telemetry'],
    ['acme/{asset}/+', 'acme/a1'],
    ['acme/{asset}', 'ACME/a1'],
    ['{asset}/state', '$SYS/state'],
    ['+/{asset}', '$SYS/a1'],
  ])('%s does not match %s', (template, topic) => expect(match(template, topic)).toBeUndefined());

  it('tell the filter to subscribe to', () =>
    expect(compileTopicTemplate('acme/{site}/+/{asset}/#').filter).toBe('acme/+/+/+/#'));

  it.each([
    ['acme/telemetry', '{asset} or {device}'],
    ['acme/{asset}/{asset}', 'twice'],
    ['#/{asset}', 'last level'],
    ['acme/{assset}', '{assset}'],
    ['acme/pump-{asset}', 'pump-{asset}'],
    ['acme/{asset}/a+', 'a+'],
  ])('%s is refused', (template, why) => {
    expect(checkTopicTemplate(template)).toContain(why);
    expect(() => compileTopicTemplate(template)).toThrow(template);
  });
});

it.each([
  [
    ['acme/{site}/{asset}', 'acme/+/{device}', 'b/{asset}'],
    ['acme/+/+', 'b/+'],
  ],
  [['acme/{asset}/#', 'acme/{asset}', 'acme/{site}/{asset}', 'acme/x/{asset}/y'], ['acme/+/#']],
  [
    ['{asset}/x', '+/{asset}', 'a/{asset}/#'],
    ['+/+', 'a/+/#'],
  ],
])('subscriptions of %j', (templates, filters) => expect(subscriptionsOf(templates)).toEqual(filters));

describe('the router', () => {
  const router = () => new TopicRouter([{ template: compileTopicTemplate('acme/{asset}') }], 1_000);

  it('remembers a topic', () => {
    const topics = router();
    expect(topics.route('acme/a1')).toBe(topics.route(`acme/${'a1'}`));
    expect(topics.route('other')).toBeNull();
    expect(topics.cached).toBe(2);
  });

  it.each(['', ' a', 'a\u0000', 'a\\', 'x'.repeat(129)])('refuses the id %j', (id) =>
    expect(router().route(`acme/${id}`)?.refusal?.reason).toBe('invalid-id'));

  it('stays bounded when topics never end', () => {
    const topics = router();
    for (let index = 0; index < 10_000; index++) topics.route(`acme/${index}`);
    expect(topics.cached).toBeLessThanOrEqual(2_000);
  });
});

it('a bounded cache keeps what is asked for', () => {
  const cache = new BoundedCache<number, string>(10);
  cache.set(-1, 'wanted');
  for (let index = 0; index < 1_000; index++) {
    expect(cache.get(-1)).toBe('wanted');
    cache.set(index, 'other');
    expect(cache.size).toBeLessThanOrEqual(20);
  }
  expect(cache.get(0)).toBeUndefined();
});
