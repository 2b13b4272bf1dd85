import { expect, test } from 'vitest';
import { localPath } from '../../../src/api/localPath.ts';

test.each([
  ['/fleet?site=a&model=b#c', '/fleet?site=a&model=b'],
  ['/tickets/17', '/tickets/17'],
  ['/../../x', '/x'],
  ['/.//evil.example', '/evil.example'],
  ['https://evil.example', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['fleet', '/'],
  ['', '/'],
  [undefined, '/'],
  [['/a', '/b'], '/'],
])('%j is the page %s', (given, path) => {
  expect(localPath(given)).toBe(path);
});
