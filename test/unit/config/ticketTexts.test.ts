import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/config.ts';
import { BODY_NAMES, TITLE_NAMES } from '../../../src/presets/ticketScope.ts';
import { tempFolder } from '../../support/temp.ts';

const page = readFileSync('docs/tickets.md', 'utf8').split('\n## What it says\n')[1]!.split('\n## ')[0]!;

function problemsOf(options: object): string[] {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'fettle.yaml'), JSON.stringify(options));
  const loaded = loadConfig({ env: {}, cwd });
  return 'config' in loaded ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
}

it('takes the sample of docs/tickets.md', () => {
  const sample = parse(/```yaml\n([\s\S]+?)```/.exec(page)![1]!);
  expect(sample.tickets.texts).toHaveLength(1);
  expect(problemsOf(sample)).toEqual([]);
});

it('has every name of templates in docs/tickets.md', () => {
  const names = [...TITLE_NAMES, ...BODY_NAMES].filter((name) => !name.startsWith('ticket.'));
  const missing = names.filter((name) => {
    const [first, second] = name.split('.');
    return second === undefined
      ? !page.includes(`\`${first}\``)
      : !page.includes(`\`${name}\``) && !page.includes(`\`.${second}\``);
  });
  expect(missing).toEqual([]);
});

it('names every mistake in templates at once, with its place', () => {
  const problems = problemsOf({
    tickets: {
      texts: [
        { title: { en: '{{ summary }}', zh: '{{ asset.name }}' } },
        { sites: ['a'], body: { en: '{{ tiket.id }}', zh: '{% if %}' }, titel: {} },
      ],
    },
  });
  expect(problems.map((problem) => problem.split(/, (?:it|did)|;/)[0])).toEqual([
    "tickets.texts[1].titel: unknown option 'titel'",
    expect.stringContaining("tickets.texts[0].title.en: knows no 'summary'"),
    expect.stringContaining("tickets.texts[1].body.en: knows no 'tiket.id'"),
    expect.stringContaining('tickets.texts[1].body.zh: is no valid Liquid template'),
  ]);
});
