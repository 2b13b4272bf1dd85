import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHistories } from '../../../src/config/historiesFile.ts';
import { tempFolder } from '../../support/temp.ts';

function read(content: string | Buffer, name = 'pumps.csv') {
  const file = join(tempFolder(), name);
  writeFileSync(file, content);
  const result = readHistories(file);
  return 'message' in result ? { message: result.message.replace(file, name) } : result;
}

const PUMPS = 'unit,time,heat,flow\na,1,50,200\na,2.5,51,199\nb,1,50,201\nb,2,56,188\n';

describe('a library of histories', () => {
  it('has the runs row by row, in any order of the units, plain or gzipped', () => {
    const mixed = 'unit,time,heat,flow\r\nb,1,50,201\r\na,1,50,200\r\na,2.5,51,199\r\nb,2,56,188\r\n';
    for (const result of [read(PUMPS), read(gzipSync(PUMPS), 'pumps.csv.gz'), read(mixed)]) {
      const { histories } = result as Extract<typeof result, { histories: unknown }>;
      expect(histories.metrics).toEqual(['heat', 'flow']);
      expect(histories.runs.map(({ unit }) => unit).sort()).toEqual(['a', 'b']);
      const a = histories.runs.find(({ unit }) => unit === 'a')!;
      expect([[...a.times], [...a.values]]).toEqual([
        [1, 2.5],
        [50, 200, 51, 199],
      ]);
    }
  });

  it('has a hash that changes with the content', () => {
    const hash = (text: string) => {
      const result = read(text);
      return 'histories' in result ? result.histories.hash : result.message;
    };
    expect(hash(PUMPS)).toMatch(/^[0-9a-f]{12}$/);
    expect(hash(PUMPS.replace('188', '187'))).not.toBe(hash(PUMPS));
  });

  it.each([
    ['', "pumps.csv:1 must be a header 'unit,time,<metric>,…'"],
    ['unit,time\n', "pumps.csv:1 must be a header 'unit,time,<metric>,…'"],
    ['password,time,heat\n', "pumps.csv:1 must be a header 'unit,time,<metric>,…'"],
    ['unit,time,heat,heat\n', "pumps.csv:1 has the column 'heat' twice"],
    ['unit,time,heat\na,1\n', 'pumps.csv:2 has 2 fields; the header has 3'],
    ['unit,time,heat\n,1,2\n', 'pumps.csv:2 names no unit'],
    ['unit,time,heat\na,1,hot\n', "pumps.csv:2 has 'hot' in column heat; expected a number"],
    ['unit,time,heat\na,,3\n', "pumps.csv:2 has '' in column time; expected a number"],
    ['unit,time,heat\na,1,3\na,1,4\n', 'pumps.csv:3 has time 1 of unit a after 1; times of a unit must rise'],
    ['unit,time,heat\na,1,3\n', 'pumps.csv has one row of unit a; a history needs at least two'],
  ])('refuses %j', (text, message) => {
    expect(read(text)).toEqual({ message });
  });

  it('says which file is missing or no gzip', () => {
    const missing = join(tempFolder(), 'none.csv');
    expect(readHistories(missing)).toEqual({ message: `${missing} can't be read: ENOENT` });
    expect(read('plain', 'pumps.csv.gz')).toEqual({ message: 'pumps.csv.gz is not gzip data' });
  });
});
