import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvOf } from '../../../src/api/csv.ts';

it('quotes what needs it, keeps numbers, and lets no cell be a formula', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['x, "y"', -1.5],
        ['=1+1', undefined],
        ['-7', 'é\n'],
      ],
    ),
  ).toBe('a,b\r\n"x, ""y""",-1.5\r\n\'=1+1,\r\n\'-7,"é\n"\r\n');
});

it('is read back as it was written', () => {
  const cell = fc.string({ unit: 'binary' }).filter((text) => !/^[=+\-@\t\r]/.test(text));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const text = csvOf(['a', 'b'], rows);
      expect(parse(text, { record_delimiter: '\r\n', from_line: 2 })).toEqual(rows);
    }),
  );
});
