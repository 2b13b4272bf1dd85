import { describe, expect, it } from 'vitest';
import { checkTopicTemplate } from '../../../src/pipeline/topicTemplate.ts';
import { type PayloadKind, topicForms } from '../../../src/unmapped/topicForms.ts';

const KNOWN = {
  isAsset: (level: string) => ['pump-1', 'pump-2'].includes(level),
  isDevice: (level: string) => level === 'gw-1',
  isSite: (level: string) => level === 'hall',
};
const forms = (topics: readonly string[], kind?: PayloadKind) =>
  topicForms(
    topics.map((topic) => ({ topic, kind })),
    KNOWN,
  ).map(({ template, topics: own }) => [template, own.length]);

describe('forms of topics', () => {
  it.each([
    [['acme/north/c-7/telemetry'], 'acme/{site}/{asset}/telemetry'],
    [['acme/north/c-7/telemetry', 'acme/south/c-8/telemetry'], 'acme/{site}/{asset}/telemetry'],
    [['acme/v1/c-7/telemetry', 'acme/v1/c-8/telemetry'], 'acme/v1/{asset}/telemetry'],
    [['acme/north/l-1/c-7', 'acme/south/l-2/c-8'], 'acme/+/{site}/{asset}'],
    [['acme/pump-1/hall'], 'acme/{asset}/{site}'],
    [['x/pump-1/alarms', 'x/pump-2/alarms'], 'x/{asset}/alarms'],
    [['acme/gw-1/up'], 'acme/{device}/up'],
    [['c-7'], '{asset}'],
    [['/acme/c-7'], '/acme/{asset}'],
    [['acme/c-7/'], 'acme/{asset}/'],
  ])('%j fit %s', (topics, template) => {
    expect(forms(topics)).toEqual([[template, topics.length]]);
  });

  it.each([
    [['plant/l-1/c-3/temperature', 'plant/l-1/c-3/pressure'], 'plant/{site}/{asset}/{metric}'],
    [['plant/l-1/c-3/temperature', 'plant/l-1/c-4/pressure'], 'plant/l-1/{asset}/{metric}'],
    [['home/c-3/temperature/state', 'home/c-3/humidity/state'], 'home/{asset}/{metric}/state'],
    [['plant/pump-1/status', 'plant/pump-1/temperature'], 'plant/{asset}/{metric}'],
    [['plant/temperature'], '{asset}/{metric}'],
  ])('with a plain value each, %j fit %s', (topics, template) => {
    expect(forms(topics, 'value')).toEqual([[template, topics.length]]);
  });

  it('keeps words on connections apart from values', () => {
    const seen = [
      { topic: 'tele/c-1/LWT', kind: 'presence' as const },
      { topic: 'tele/c-1/SENSOR', kind: 'values' as const },
    ];
    expect(topicForms(seen, KNOWN).map(({ template, kind }) => [template, kind])).toEqual([
      ['tele/{asset}/LWT', 'presence'],
      ['tele/{asset}/SENSOR', 'values'],
    ]);
  });

  it('keeps what differs apart', () => {
    expect(forms(['acme/pump-1/alarms', 'acme/pump-1/info', 'acme/c-1/c-2/x', 'other/pump-1/info'])).toEqual([
      ['acme/{asset}/alarms', 1],
      ['acme/{asset}/info', 1],
      ['acme/c-1/{site}/{asset}', 1],
      ['other/{asset}/info', 1],
    ]);
  });

  it('takes topics that were not looked at for what the others of their form are', () => {
    const [form, ...others] = topicForms(
      [{ topic: 'a/c-1/temperature', kind: 'value' }, { topic: 'a/c-2/pressure' }],
      KNOWN,
    );
    expect([form!.template, form!.kind, others]).toEqual(['a/{asset}/{metric}', 'value', []]);
  });

  it('makes templates that a source can have, or none, of any topic', () => {
    const strange = [
      'a/{x}/c',
      '',
      '/',
      '//',
      'a'.repeat(60_000),
      'a/'.repeat(30_000),
      'telemetry',
      'a/b{/telemetry',
      'data/state',
    ];
    for (const kind of ['value', 'values', 'presence'] as const) {
      for (const topic of strange) {
        const [[template]] = forms([topic], kind) as [[string | undefined, number]];
        expect(template === undefined ? undefined : checkTopicTemplate(template), topic.slice(0, 20)).toBeUndefined();
      }
    }
    expect(forms(['{x}/b/c'])).toEqual([[undefined, 1]]);
  });
});
