import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accepts } from '../../../src/api/accept.ts';
import type { ProblemError } from '../../../src/api/errors.ts';
import { etagOf, versionOf } from '../../../src/api/etag.ts';
import { generateKey, hashKey } from '../../../src/api/keys.ts';
import { tidy } from '../../../src/api/numbers.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../../src/api/paging.ts';
import { InvalidCursorError } from '../../../src/ports/database.ts';

describe('accepts', () => {
  test.each([
    [undefined, true],
    ['', true],
    ['*/*', true],
    ['application/*', true],
    ['text/html, application/json;q=0.5', true],
    ['APPLICATION/JSON', true],
    ['text/html', false],
    ['application/json;q=0, */*', false],
    ['*/*;q=0', false],
    ['application/json; q=x', false],
  ])('%j: %s', (header, expected) => {
    expect(accepts(header, ['application/json'])).toBe(expected);
  });

  test('takes what Prometheus sends', () => {
    const header = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
    expect(accepts(header, ['text/plain'])).toBe(true);
  });
});

describe('ETags', () => {
  test('read back', () => {
    expect(versionOf(etagOf(7))).toBe(7);
  });

  test('without a condition there is no version', () => {
    expect(versionOf(undefined)).toBeUndefined();
    expect(versionOf(' * ')).toBeUndefined();
  });

  test.each([
    ['W/"7"', 'version-mismatch'],
    ['"abc"', 'version-mismatch'],
    ['""', 'version-mismatch'],
    ['7', 'invalid-request'],
    ['"6", "7"', 'invalid-request'],
  ])('%s is %s', (header, problem) => {
    expect(() => versionOf(header)).toThrow(expect.objectContaining({ problem }) as ProblemError);
  });
});

test('keys are long, random and hashed in hex', () => {
  const [one, two] = [generateKey(), generateKey()];
  expect(one.key).toMatch(/^ftl_[\w-]{43}$/);
  expect(one.key).not.toBe(two.key);
  expect(one.hash).toBe(hashKey(one.key));
  expect(hashKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test.each([
  [3600.0200000000004, 3600.02],
  [0.6674099999999998, 0.66741],
  [1149309.1168831168, 1149309.116883],
  [1e-9 / 3, 3.33333e-10],
  [-0.1 - 0.2, -0.3],
  [12_345_678_901, 12_345_678_901],
  [0, 0],
])('%s is shown as %s', (value, shown) => {
  expect(tidy(value)).toBe(shown);
});

describe('pageOf', () => {
  test('pages give each item once, in order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 5 }), (items, limit) => {
        const seen: string[] = [];
        for (let cursor: string | undefined, more = true; more; ) {
          const page = pageOf(items, (item) => item, cursor === undefined ? { limit } : { limit, cursor });
          seen.push(...page.items);
          cursor = page.nextCursor;
          more = cursor !== undefined;
        }
        expect(seen).toEqual([...items].sort((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  test.each(['', '!', 'a=b', 'YQ=='])('refuses the cursor %j', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(InvalidCursorError);
  });

  test('a cursor reads back', () => {
    expect(decodeCursor(encodeCursor('ä/水'))).toBe('ä/水');
  });
});
