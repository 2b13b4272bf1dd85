import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReasonSchema } from '../../src/api/resources/deadLetter.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const PAGES = ['.', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** The name GitHub gives a heading in links. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replace(/\s/g, '-');
}

function isThere(page: string, link: string): boolean {
  const [path, fragment] = link.split('#') as [string, string | undefined];
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(file)) return false;
  const headings = () => [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading!));
  return fragment === undefined || headings().includes(fragment);
}

describe.each(PAGES)('%s', (page) => {
  it('links only to what is there', () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const broken = links.filter((link) => !/^https?:/.test(link) && !isThere(page, link));
    expect(broken).toEqual([]);
  });

  it('names only npm scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/\bnpm (?:run ([\w:]+)|(start|test))\b/g)].map(([, run, own]) => run ?? own);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

describe('docs/guarantees.md', () => {
  it('tells of every reason of a rejection, and of no other', () => {
    const table = read('docs/guarantees.md').split('| reason | when |')[1]!.split('\n## ')[0]!;
    const documented = [...table.matchAll(/^\| `([a-z-]+)` \| \S/gm)].map((row) => row[1]);
    // The schema is made from a record by reason, which the compiler holds to the type.
    expect(ReasonSchema).toMatchObject({ enum: documented });
  });
});
