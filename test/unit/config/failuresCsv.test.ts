import { expect, it } from 'vitest';
import { parseFailuresCsv } from '../../../src/config/failuresCsv.ts';

it('reads failures, of any failure mode where none is named', () => {
  const text = 'time,asset,component,failure-mode\n2024-05-01,a,pump,worn\n2024-05-01T08:30:00+02:00,"b, 2",asset,\n';
  expect(parseFailuresCsv(text, 'f.csv')).toEqual({
    failures: [
      { assetId: 'a', componentId: 'pump', failureModeId: 'worn', at: Date.UTC(2024, 4, 1) },
      { assetId: 'b, 2', componentId: 'asset', at: Date.UTC(2024, 4, 1, 6, 30) },
    ],
  });
  expect(parseFailuresCsv('asset,component,time\n', 'f.csv')).toEqual({ failures: [] });
});

it('names every mistake with its line', () => {
  const told = (text: string) => {
    const parsed = parseFailuresCsv(text, 'f.csv');
    return 'problems' in parsed ? parsed.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`) : [];
  };
  expect(told('asset,part,time\n')).toEqual([
    '1 component: this column is missing',
    '1 part: unknown column; there are asset, component, failure-mode, time',
  ]);
  expect(told('')).toHaveLength(3);
  const cells = told('asset,component,time\n,pump,2024-05-01\na,,yesterday\n');
  expect(cells.map((line) => line.slice(0, 14))).toEqual(['2 asset: is em', '3 component: i', '3 time: must b']);
  expect(told('asset,component,time\na,b\n')[0]).toContain('is no valid CSV');
});
