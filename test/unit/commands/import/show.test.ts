import { expect, it } from 'vitest';
import { NOTHING_YET } from '../../../../src/commands/import/memory.ts';
import { estimateRows, ProgressLine, type Total } from '../../../../src/commands/import/show.ts';

function shown(isTTY: boolean, total?: Total): string[] {
  const written: string[] = [];
  const out = { isTTY, columns: 200, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const line = new ProgressLine('a.csv', total, 0, out);
  line.show({ ...NOTHING_YET, rows: 2500, stored: 5000, refusedRows: 3 });
  line.waiting('the store is behind');
  line.end();
  return written;
}

it('shows on a terminal how far it is, in one line', () => {
  const [first, waiting, cleared] = shown(true, { rows: 10_000, isExact: true });
  expect(first).toMatch(/^\ra\.csv: 2,500 rows \(25 %, .* left\), 5,000 samples stored, 3 rows refused, .* rows\/s$/);
  expect(waiting).toMatch(/^\ra\.csv: waiting: the store is behind +$/);
  expect(cleared).toMatch(/^\r +\r$/);
  expect(shown(true, { rows: 2000, isExact: false })[0]).toContain('(about 99 %');
  expect(shown(true)[0]).toMatch(/2,500 rows, 5,000 samples/);
});

it('writes lines now and then where there is no terminal', () => {
  expect(shown(false)).toEqual(['a.csv: waiting: the store is behind\n']);
});

it('estimates the rows of a file by the length of its first', () => {
  expect(estimateRows([['abc', 12, null]], 8000)).toEqual({ rows: 1000, isExact: false });
  expect(estimateRows([], 10)).toBeUndefined();
});
