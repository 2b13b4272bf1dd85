import { describe, expect, it } from 'vitest';
import { columnOf, parseFailureRecords } from '../../../src/config/failureRecordsCsv.ts';

const AT = Date.UTC(2026, 4, 1, 8);
const read = (...lines: string[]) => parseFailureRecords(`${lines.join('\n')}\n`, 'f.csv');

function failuresOf(...lines: string[]) {
  const parsed = read(...lines);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.failures;
}

function problemsOf(...lines: string[]) {
  const parsed = read(...lines);
  return 'problems' in parsed ? parsed.problems.map(({ line, path, message }) => `${line} ${path} ${message}`) : [];
}

describe('a CSV file of failure records', () => {
  it('is read with all its columns, in any order, with any separator', () => {
    const header =
      'time;asset;component;failure-mode;detected-by;impact;downtime-minutes;note;ticket;key;replaced;reading;serial;removed';
    const row =
      '2026-05-01T10:00:00+02:00;a1;filter;clogged;customer;degraded;12.5;"loud; hot";T1;k1;2026-05-01T09:00:00Z;7;S;worn';
    expect(failuresOf(header, '', row)).toEqual([
      {
        line: 3,
        failure: {
          assetId: 'a1',
          componentId: 'filter',
          at: AT,
          detectedBy: 'customer',
          impact: 'degraded',
          failureModeId: 'clogged',
          downtimeMinutes: 12.5,
          note: 'loud; hot',
          ticketId: 'T1',
          replaced: { at: AT + 3_600_000, reading: 7, serial: 'S', removed: 'worn' },
          externalKey: 'k1',
        },
      },
    ]);
  });

  it('needs little, and makes a key of what a failure is', () => {
    const lines = ['asset,component,time', 'a1,filter,2026-05-01T08:00:00Z', 'a1,filter,2026-05-01T09:00:00Z'];
    const [one, two] = failuresOf(...lines);
    expect(one!.failure).toMatchObject({ detectedBy: 'staff', impact: 'critical', at: AT });
    expect(one!.failure).not.toHaveProperty('failureModeId');
    expect(one!.failure.externalKey).toMatch(/^csv\|[0-9a-f]{32}$/);
    expect(failuresOf(...lines)[0]!.failure.externalKey).toBe(one!.failure.externalKey);
    expect(two!.failure.externalKey).not.toBe(one!.failure.externalKey);
  });

  it('has all its problems told at once', () => {
    const header = 'asset,component,time,impact,detected-by,downtime-minutes,replaced,removed,key';
    expect(problemsOf(header, ',,2026,bad,nobody,-1,,failed,k1', 'a,b,2026-05-01T08:00:00Z,,,x,soon,gone,k1')).toEqual([
      '2 asset is empty',
      "2 component is empty; write 'asset' for the asset as a whole",
      expect.stringMatching(/^2 time must be .*, not '2026'$/),
      "2 detected-by must be one of device, customer, staff, inspection, desk, not 'nobody'",
      "2 impact must be one of critical, degraded, incipient, not 'bad'",
      "2 downtime-minutes must be a number of 0 or more, not '-1'",
      '2 removed only where replaced says when',
      "3 downtime-minutes must be a number of 0 or more, not 'x'",
      "3 removed must be one of failed, worn, sound, not 'gone'",
      expect.stringMatching(/^3 replaced must be .*, not 'soon'$/),
      '3 key the same failure as in line 2',
    ]);
    expect(problemsOf('asset,component,colour,asset')).toEqual([
      '1 time this column is missing',
      expect.stringMatching(/^1 colour unknown column; there are asset, component/),
      '1 asset this column is there twice',
    ]);
    expect(problemsOf('asset,component,time', '"a')[0]).toMatch(/is no valid CSV/);
  });

  it('has no more rows than one transaction is to take', () => {
    const row = (at: number) => `a,b,2026-05-01T08:00:00Z,${at}`;
    const rows = Array.from({ length: 2001 }, (_, at) => row(at));
    expect(problemsOf('asset,component,time,key', ...rows)).toEqual([
      '2002  has 2001 rows; send at most 2000 at a time',
    ]);
    expect(problemsOf('asset,component,time,key', ...rows.slice(1))).toEqual([]);
  });

  it('knows the column of each field', () => {
    const pointers = ['/assetId', '/failureModeId', '/at', '/replaced', '/replaced/reading', '/externalKey'];
    expect(pointers.map(columnOf)).toEqual(['asset', 'failure-mode', 'time', 'replaced', 'reading', 'key']);
  });
});
