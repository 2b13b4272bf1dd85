import { expect, it } from 'vitest';
import type { ColumnKind, TableColumn } from '../../../../src/adapters/tables/tableFile.ts';
import { describeLayout, type LayoutOptions, layoutOf } from '../../../../src/commands/import/layout.ts';

const columns = (...names: readonly string[]): TableColumn[] =>
  names.map((name) => ({ name, kind: 'text', type: 'text' }));
const typed = (kinds: Readonly<Record<string, ColumnKind>>): TableColumn[] =>
  Object.entries(kinds).map(([name, kind]) => ({ name, kind, type: kind.toUpperCase() }));
const layout = (of: readonly TableColumn[], options: Partial<LayoutOptions> = {}) =>
  layoutOf('a.csv', of, { skip: [], ...options });

it('knows a column for each metric by the names of the others', () => {
  const of = columns('', 'Machine ID', 'datetime', 'volt', 'refused_at', 'rotate', 'comment');
  const found = layout(of, { skip: ['comment'] });
  expect(found).toEqual({
    whose: { kind: 'asset', column: 1 },
    time: 2,
    values: { kind: 'wide', columns: [3, 5] },
    unused: ['', 'comment'],
  });
  expect(describeLayout(found, of)).toEqual([
    'asset in Machine ID; time in datetime; a column for each metric: volt, rotate',
    'not read: comment',
  ]);
});

it('knows a column that names the metric, by the value beside it', () => {
  const of = columns('device_id', 'Timestamp', 'TagName', 'Value', 'unit', 'quality');
  const found = layout(of);
  expect(found).toEqual({
    whose: { kind: 'device', column: 0 },
    time: 1,
    values: { kind: 'long', metric: 2, value: 3, unit: 4 },
    unused: ['quality'],
  });
  expect(describeLayout(found, of)[0]).toContain('metric in TagName, value in Value, unit in unit');
  expect(layout(columns('asset', 'time', 'value')).values).toEqual({ kind: 'wide', columns: [2] });
});

it('goes by what is said', () => {
  const of = columns('when', 'a', 'b', 'c');
  const said = layout(of, { timeColumn: 'when', asset: 'p1' });
  expect(said).toMatchObject({ whose: { kind: 'asset', id: 'p1' }, time: 0, values: { columns: [1, 2, 3] } });
  const long = layout(of, { timeColumn: 'when', deviceColumn: 'a', metricColumn: 'b', valueColumn: 'c' });
  expect(long).toMatchObject({ whose: { kind: 'device', column: 1 }, values: { kind: 'long', metric: 2, value: 3 } });
  expect(layout(typed({ at: 'wall-time', volt: 'number' }), { device: 'd1' })).toMatchObject({
    whose: { kind: 'device', id: 'd1' },
    time: 0,
  });
});

it('says what can not be told, and how to say it', () => {
  const of = columns('x', 'time', 'y');
  expect(() => layout(of)).toThrow(/a\.csv: none of its columns \(x, time, y\) says whose .* --asset <id>/);
  expect(() => layout(columns('asset', 'y'))).toThrow(
    'none of its columns (asset, y) is known for the time: say --time-column',
  );
  expect(() => layout(of, { assetColumn: 'z' })).toThrow("a.csv has no column 'z' (--asset-column); it has x, time, y");
  expect(() => layout(of, { asset: 'p', device: 'd' })).toThrow('say one of');
  expect(() => layout(of, { asset: 'p', metricColumn: 'x' })).toThrow('--value-column has to say');
  expect(() => layout(of, { asset: 'p', skip: ['x', 'y'] })).toThrow('has no column of values');
  const list = typed({ time: 'instant', values: 'other' });
  expect(() => layout(list, { asset: 'p' })).toThrow(
    'no values can be read from values (OTHER); leave it out with --skip',
  );
});
