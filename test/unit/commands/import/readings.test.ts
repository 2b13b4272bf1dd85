import { expect, it } from 'vitest';
import type { TableColumn } from '../../../../src/adapters/tables/tableFile.ts';
import { layoutOf } from '../../../../src/commands/import/layout.ts';
import { readerOf } from '../../../../src/commands/import/readings.ts';

const columns = (...names: readonly string[]): TableColumn[] =>
  names.map((name) => ({ name, kind: 'text', type: 'text' }));

function reader(names: readonly string[], { decimal = '.' as '.' | ',', skip = [] as readonly string[] } = {}) {
  const of = columns(...names);
  return readerOf(layoutOf('a.csv', of, { skip }), of, { decimal, skip });
}

it('makes a reading of the cells that hold something', () => {
  const read = reader(['asset', 'ts', 't', 'on', '__proto__']);
  expect(read([' p1 ', ' 2025-01-01 ', ' 1.5', 'true', '7'])).toEqual({
    assetId: 'p1',
    time: '2025-01-01',
    values: Object.fromEntries([
      ['t', 1.5],
      ['on', true],
      ['__proto__', 7],
    ]),
  });
  expect(read([17, 1_700_000_000_000, Number.NaN, false, null])).toEqual({
    assetId: '17',
    time: 1_700_000_000_000,
    values: { on: false },
  });
  expect(read(['p1', 'x', '', 'NaN', 'N/A'])).toBeUndefined();
  expect(read([null, null, 'Infinity', Number.POSITIVE_INFINITY, null])).toEqual({
    time: undefined,
    values: { t: 'Infinity', on: 'Infinity' },
  });
});

it('takes numbers with a decimal comma where that is said', () => {
  expect(reader(['asset', 'ts', 't'], { decimal: ',' })(['p1', '5', '1,5'])?.values).toEqual({ t: 1.5 });
});

it('takes the metric of a column, with its unit, and leaves out what is to be', () => {
  const read = reader(['asset', 'ts', 'metric', 'value', 'unit'], { skip: ['noise'] });
  expect(read(['p1', '5', 't', '1', '°F'])).toEqual({ assetId: 'p1', time: '5', values: { t: 1 }, units: { t: '°F' } });
  expect(read(['p1', '5', 'state', 'running', ''])).toEqual({ assetId: 'p1', time: '5', values: { state: 'running' } });
  for (const row of [
    ['p1', '5', 'noise', '1', ''],
    ['p1', '5', '', '1', ''],
    ['p1', '5', 't', null, ''],
  ])
    expect(read(row)).toBeUndefined();
});
