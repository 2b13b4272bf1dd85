import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Schema, suggest } from '../../../src/console/pages/rules/completion.ts';
import { diffLines, hunks } from '../../../src/console/pages/rules/diff.ts';

const schema = JSON.parse(readFileSync('docs/schema/model.schema.json', 'utf8')) as Schema;

/** Labels of what is suggested where | stands. */
function at(text: string): string[] {
  const [before = '', after = ''] = text.split('|');
  return suggest(before, after, schema)?.options.map(({ label }) => label) ?? [];
}

describe('completion of a model', () => {
  it('at the top: what is not there yet', () => {
    expect(at('id: pump\n|\ncomponents: []\n')).toEqual(
      expect.arrayContaining(['name', 'metrics', 'indicators', 'asset']),
    );
    expect(at('id: pump\n|\ncomponents: []\n')).not.toContain('id');
    expect(at('id: pump\n|\ncomponents: []\n')).not.toContain('components');
  });

  const rule = `components:
  - id: bearing
    rules:
      - id: hot
        kind: threshold
        |
        metric: temperature
  - id: belt
`;

  it('in a rule: the parameters of its kind', () => {
    const offered = at(rule);
    expect(offered).toEqual(expect.arrayContaining(['deadband', 'onDelay', 'levels', 'failureMode', 'mode']));
    expect(offered).not.toContain('counter');
    expect(offered).not.toContain('metric');
    expect(at(rule.replace('threshold', 'usage'))).toContain('counter');
  });

  it('of a new item of a list, at the dash and under it', () => {
    expect(at('components:\n  - |')).toEqual(expect.arrayContaining(['id', 'failureModes', 'rules']));
    expect(at('components:\n- id: x\n  |')).toEqual(expect.arrayContaining(['part', 'failureModes']));
    expect(at('components:\n  - id: x\n    failureModes:\n      - id: y\n    |')).toContain('rules');
  });

  it('values: kinds, words of a list, yes and no', () => {
    expect(at(rule.replace('kind: threshold', 'kind: |').replace('        |\n', ''))).toEqual(
      expect.arrayContaining(['threshold', 'usage', 'silence']),
    );
    expect(at(rule.replace('|', 'direction: |'))).toEqual(expect.arrayContaining(['above', 'below']));
    expect(at('components:\n  - id: x\n    failureModes:\n      - id: y\n        stormable: |')).toEqual([
      'true',
      'false',
    ]);
  });

  it('gives the word that is begun', () => {
    expect(suggest('metr', '', schema)?.word).toBe('metr');
    expect(suggest('name: { en: x', '', schema)).toBeUndefined();
  });
});

describe('what differs between two texts', () => {
  const marks = (before: string, after: string) => diffLines(before, after).map(({ mark, text }) => mark + text);

  it('in order, with what is the same', () => {
    expect(marks('a\nb\nc\nd', 'a\nx\nc\nd\ne')).toEqual([' a', '-b', '+x', ' c', ' d', '+e']);
    expect(marks('a', 'a')).toEqual([' a']);
    expect(marks('a\nb', 'b\na')).toHaveLength(3);
  });

  it('near the changes alone', () => {
    const lines = diffLines('1\n2\n3\n4\n5\n6', '1\n2\n3\n4\n5\nx');
    expect(hunks(lines, 1).map((line) => line && line.mark + line.text)).toEqual([null, ' 5', '-6', '+x']);
  });
});
