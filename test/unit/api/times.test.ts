import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTime, parseTime, timeOf } from '../../../src/api/times.ts';
import { fromMicros } from '../../../src/domain/time.ts';

describe('parseTime', () => {
  test.each([
    ['2024-05-01T08:00:00Z', Date.UTC(2024, 4, 1, 8)],
    ['2024-05-01T08:00:00.5Z', Date.UTC(2024, 4, 1, 8) + 500],
    ['2024-05-01T10:00:00.125+02:00', Date.UTC(2024, 4, 1, 8) + 125],
    ['2024-05-01T08:00:00.000001Z', fromMicros(Date.UTC(2024, 4, 1, 8) * 1000 + 1)],
    ['1969-12-31T23:59:59.999Z', -1],
    ['9999-12-31T23:59:59.999Z', 253402300799999],
  ])('reads %s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  test.each([
    '',
    '2024-05-01',
    '2024-05-01T08:00:00',
    '2024-02-30T08:00:00Z',
    '2024-05-01T24:00:00Z',
    '2024-05-01T23:59:60Z',
    '2024-05-01T08:00:00.1234567Z',
    '2024-05-01T08:00:00Z[Europe/Berlin]',
    '2024-05-01T08:00:00+24:00',
    '1714550400000',
    'now',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
    expect(() => timeOf(text)).toThrow(/ISO 8601/);
  });
});

test('formats milliseconds always and microseconds where there are any', () => {
  expect(formatTime(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(formatTime(fromMicros(1_000_001))).toBe('1970-01-01T00:00:01.000001Z');
  expect(formatTime(fromMicros(-1))).toBe('1969-12-31T23:59:59.999999Z');
});

test('reads back what it wrote, to the microsecond', () => {
  const micros = fc.integer({ min: -2_000_000_000_000_000, max: 4_000_000_000_000_000 });
  fc.assert(
    fc.property(micros, (at) => {
      expect(parseTime(formatTime(fromMicros(at)))).toBe(fromMicros(at));
    }),
  );
});
