import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Evaluation } from '../../../src/evaluation/evaluation.ts';
import { EVALUATIONS } from '../../../src/evaluation/index.ts';
import { holds, shareGoal, shareOf } from '../../../src/evaluation/measure.ts';
import { BEGIN, END, markdownTable, replaceTable, textTable } from '../../../src/evaluation/table.ts';
import { shippedModels } from '../simulators/foldScenario.ts';

const evaluation = { id: 'x', title: 'A set', model: 'm', looks: 'never', protocol: 'How.' } as const;
const measured = {
  evaluation: { ...evaluation, open: () => Promise.reject(new Error('not opened here')) } as unknown as Evaluation,
  measure: {
    figures: { found: shareOf(9, 10), note: 'a | b' },
    goals: [shareGoal('found', shareOf(9, 10), '>=', 0.95), holds('note', true, 'a | b', 'any')],
    lines: [],
  },
};
const missing = { evaluation: { ...measured.evaluation, id: 'y' }, missing: 'no files' };

it('has a line a goal, and says what was not run and why', () => {
  expect(textTable([measured, missing]).split('\n')).toEqual([
    'set  figure  reached         target    met      command',
    'x    found   9 of 10 (90 %)  ≥ 95 %    NOT MET  fettle evaluate x',
    'x    note    a | b           any       met      fettle evaluate x',
    'y    -       not run         no files  -        fettle evaluate y',
    '',
  ]);
});

it('is Markdown with the date, every figure and the protocol', () => {
  const page = markdownTable([measured, missing], '2026-11-22');
  expect(page).toContain('Run on 2026-11-22.');
  expect(page).toContain('| x | note | a \\| b | any | met | fettle evaluate x |');
  expect(page).toContain('- found: 9 of 10: 90 % (59.58 to 98.21 %)');
  expect(page).toContain('How.');
});

it('takes the place of the one before and leaves the rest of the page', () => {
  const page = replaceTable(`a\n${BEGIN}\nold\n${END}\nb\n`, 'new');
  expect(page).toBe(`a\n${BEGIN}\n\nnew\n\n${END}\nb\n`);
  expect(replaceTable(page, 'newer')).toBe(page.replace('new', 'newer'));
  expect(() => replaceTable('a', 'new')).toThrow(/has no lines/);
});

it('has its place in docs/accuracy.md, with a command for every set', () => {
  const page = readFileSync('docs/accuracy.md', 'utf8');
  expect(() => replaceTable(page, '')).not.toThrow();
  expect(new Set(EVALUATIONS.map(({ id }) => id)).size).toBe(EVALUATIONS.length);
});

it('names only models that come with Fettle', () => {
  const models = shippedModels();
  const unknown = EVALUATIONS.filter(({ model }) => !models.has(model)).map(({ id }) => id);
  expect(unknown).toEqual([]);
});
