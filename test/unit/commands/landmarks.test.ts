import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { CommandError } from '../../../src/commands/commandError.ts';
import { type LandmarksOptions, landmarks } from '../../../src/commands/landmarks.ts';
import { trend } from '../../../src/rules/trend.ts';
import { tempFolder } from '../../support/temp.ts';
import { makeModel, makeRule } from '../rules/history.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const OPTIONS = { of: 'drop', over: 'air' };

/** Histories of units whose level at use 50 is 10 and more, and whose lives are 10 shorter for each unit of it. */
function histories(count: number, sign = 1): string {
  const file = join(tempFolder(), 'runs.csv');
  const rows = Array.from({ length: count }, (_, unit) =>
    [0, 20, 40, 60, 200 - 10 * unit].map((use, time) => `u${unit},${time + 1},${sign * (10 + unit)},${use}`),
  ).flat();
  writeFileSync(file, ['unit,time,drop,air', ...rows].join('\n'));
  return file;
}

function printed(file: string, options: LandmarksOptions): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  landmarks(file, options);
  return text;
}

it('prints what a rule takes', () => {
  const { landmarks: found } = parse(printed(histories(6), { ...OPTIONS, at: '50' })) as { landmarks: object[] };
  expect(found).toEqual([
    {
      at: 50,
      level: 12.5,
      noise: expect.any(Number),
      life: 175,
      perLevel: -8.571,
      perNoise: 0,
      spread: expect.any(Number),
    },
  ]);
  const rule = { metric: 'drop', direction: 'above', limit: 99, over: 'air', model: 'landmarks', landmarks: found };
  const model = makeModel(
    ['drop', 'air'].map((id) => ({ id, kind: 'number' as const })),
    [],
  );
  const made = makeRule('trend', { ...rule, risk: { planningMargin: '1d' } });
  expect(trend.check(made.params as never, model, made)).toEqual([]);
});

it('keeps the signs of an indicator that falls', () => {
  const text = printed(histories(6, -1), { ...OPTIONS, below: true, at: '50' });
  expect(text).toContain('level: -12.5,');
  expect(text).toContain('perLevel: 8.571,');
});

it('looks at ten ages where none are said, and leaves out what few came to', () => {
  expect(printed(histories(6), OPTIONS).match(/at:/g)).toHaveLength(9);
});

it.each([
  ['no such file', () => join(tempFolder(), 'none.csv'), OPTIONS, /none\.csv can't be read: ENOENT/],
  ['no such column', () => histories(6), { of: 'heat', over: 'air' }, /have no 'heat'; they have drop, air/],
  ['an age that is none', () => histories(6), { ...OPTIONS, at: '5,x' }, /--at: 'x' is no age/],
  ['an age before new', () => histories(6), { ...OPTIONS, at: '-5' }, /--at: '-5' is no age/],
  ['too few units', () => histories(4), OPTIONS, /too few units: at least five .* \(it has 4\)/],
])('says what is wrong: %s', (_, file, options, message) => {
  expect(() => landmarks(file(), options)).toThrow(message);
  expect(() => landmarks(file(), options)).toThrow(CommandError);
});
