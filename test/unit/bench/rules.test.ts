import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ruleKinds } from '../../../src/rules/index.ts';

interface Measured {
  readonly name: string;
  readonly kind?: string;
  readonly nanos: number;
  readonly ratio: number;
  readonly bytes: number;
}

it('measures what a sample costs every kind of rule', async () => {
  const args = ['test/bench/rules.mjs', '--samples', '500', '--rounds', '1'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const table = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Measured[];
  const kinds = new Set(table.flatMap(({ kind }) => kind ?? []));
  expect([...kinds].sort()).toEqual([...ruleKinds.keys()].sort());
  for (const { name, kind, nanos, ratio, bytes } of table) {
    expect({ name, sound: nanos > 0 && ratio > 0 && bytes > 0 === (kind !== undefined) }).toEqual({
      name,
      sound: true,
    });
  }
  expect(table.find(({ name }) => name === 'threshold')).toMatchObject({ ratio: 1 });
});
