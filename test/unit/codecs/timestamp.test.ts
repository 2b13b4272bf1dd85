import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EARLIEST, LATEST, parseTimestamp, type TimeOptions } from '../../../src/codecs/timestamp.ts';
import { fromMicros, MINUTE, SECOND, toMicros } from '../../../src/domain/time.ts';

const AUTO: TimeOptions = { unit: 'auto' };
const NEW_YEAR = Date.UTC(2024, 0, 1);

function reasonOf(value: unknown, options: TimeOptions = AUTO): string {
  const result = parseTimestamp(value, options);
  if (typeof result === 'number') throw new Error(`${String(value)} was read as ${new Date(result).toISOString()}`);
  return result.reason;
}

describe('epoch numbers', () => {
  it.each([
    ['s', NEW_YEAR / 1000],
    ['ms', NEW_YEAR],
    ['us', NEW_YEAR * 1000],
    ['ns', NEW_YEAR * 1_000_000],
  ] as const)('detects %s by magnitude, and takes it where declared, as a number and as a text', (unit, value) => {
    expect(parseTimestamp(value, AUTO)).toBe(NEW_YEAR);
    expect(parseTimestamp(value, { unit })).toBe(NEW_YEAR);
    expect(parseTimestamp(String(value), AUTO)).toBe(NEW_YEAR);
  });

  it('reads every microsecond between 1990 and 2100 back from each unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST * 1000, max: LATEST * 1000 - 1 }), (micros) => {
        const time = fromMicros(micros);
        expect(parseTimestamp(micros, AUTO)).toBe(time);
        expect(parseTimestamp(micros * 1000, AUTO)).toBe(time);
        expect(parseTimestamp(micros / 1000, AUTO)).toBe(time);
        expect(parseTimestamp(micros / 1_000_000, AUTO)).toBe(time);
      }),
    );
  });

  it('refuses seconds where milliseconds are declared, and says what the unit would be', () => {
    const result = parseTimestamp(NEW_YEAR / 1000, { unit: 'ms' });
    expect(result).toMatchObject({ reason: 'invalid-time', detail: expect.stringContaining('plausible in s') });
    expect(reasonOf(NEW_YEAR, { unit: 's' })).toBe('invalid-time');
  });

  it.each([
    0,
    -1,
    -NEW_YEAR,
    42,
    20_240_101,
    20_240_101_120_000,
    1e300,
    Infinity,
    Number.NaN,
    3e13,
  ])('refuses %d, which is no epoch time in any unit', (value) => expect(reasonOf(value)).toBe('invalid-time'));
});

describe('ISO 8601', () => {
  it.each([
    ['2024-05-01T13:45:10Z', '2024-05-01T13:45:10.000Z'],
    ['2024-05-01T13:45:10.25Z', '2024-05-01T13:45:10.250Z'],
    ['2024-05-01t13:45:10,5z', '2024-05-01T13:45:10.500Z'],
    ['2024-05-01 13:45Z', '2024-05-01T13:45:00.000Z'],
    ['2024-05-01T13:45:10+02:00', '2024-05-01T11:45:10.000Z'],
    ['2024-05-01T13:45:10-0930', '2024-05-01T23:15:10.000Z'],
    ['2024-05-01T13:45:10+08', '2024-05-01T05:45:10.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseTimestamp(text, AUTO) as number).toISOString()).toBe(expected);
    expect(parseTimestamp(text, { unit: 'iso' })).toBe(Date.parse(expected));
  });

  it('agrees with Date on every millisecond, and rounds finer fractions to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST, max: LATEST - 2 }), fc.integer({ min: 0, max: 999_999 }), (ms, nanos) => {
        const text = new Date(ms).toISOString();
        expect(parseTimestamp(text, AUTO)).toBe(ms);
        const finer = parseTimestamp(text.replace('Z', `${String(nanos).padStart(6, '0')}Z`), AUTO);
        expect(toMicros(finer as number)).toBe(ms * 1000 + Math.round(nanos / 1000));
      }),
    );
  });

  it.each([
    '',
    ' ',
    'yesterday',
    '2024-05-01',
    '2024-13-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-05-01T24:00:00Z',
    '2024-05-01T13:60:00Z',
    '2024-05-01T13:45:61Z',
    '2024-05-01T13:45:1:Z',
    '2024-05-01T13:45:10.Z',
    '2024-05-01T13:45:10Zulu',
    '2024-05-01T13:45:10+2:00',
    '2024-05-01T13:45:10+0x:00',
    '1889-05-01T13:45:10Z',
    '1989-12-31T23:59:59Z',
    '2100-01-01T00:00:00Z',
    '0095-01-01T00:00:00Z',
    '2'.repeat(100_000),
  ])('refuses %j', (text) => expect(reasonOf(text)).toBe('invalid-time'));

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-:.TZ+ e') }), (text) => {
        parseTimestamp(text, AUTO);
        parseTimestamp(`2024-05-01T${text}`, { unit: 'auto', zone: 'Europe/Berlin' });
      }),
    );
  });

  it('takes only what the declared unit says', () => {
    expect(reasonOf(NEW_YEAR, { unit: 'iso' })).toBe('invalid-time');
    expect(reasonOf('2024-05-01T13:45:10Z', { unit: 'ms' })).toBe('invalid-time');
  });
});

describe('stamps without a zone', () => {
  const berlin: TimeOptions = { unit: 'auto', zone: 'Europe/Berlin' };
  const inBerlin = (text: string): string => new Date(parseTimestamp(text, berlin) as number).toISOString();

  it('are refused where no zone is declared', () => expect(reasonOf('2024-05-01T13:45:10')).toBe('time-without-zone'));

  it('are read in the declared zone, summer and winter, and around the change', () => {
    expect(inBerlin('2024-01-01T12:00:00')).toBe('2024-01-01T11:00:00.000Z');
    expect(inBerlin('2024-07-01T12:00:00.123456')).toBe('2024-07-01T10:00:00.123Z');
    expect(inBerlin('2024-03-31T01:59:59.999')).toBe('2024-03-31T00:59:59.999Z');
    expect(inBerlin('2024-03-31T03:00:00')).toBe('2024-03-31T01:00:00.000Z');
    expect(inBerlin('2024-10-27T01:59:59')).toBe('2024-10-26T23:59:59.000Z');
    expect(inBerlin('2024-10-27T03:00:00')).toBe('2024-10-27T02:00:00.000Z');
  });

  it('are the earlier of two when clocks are put back, where the receipt does not tell', () => {
    expect(inBerlin('2024-10-27T02:30:00')).toBe('2024-10-27T00:30:00.000Z');
    const nextDay = Date.UTC(2024, 9, 28);
    expect(parseTimestamp('2024-10-27T02:30:00', berlin, nextDay)).toBe(Date.UTC(2024, 9, 27, 0, 30));
  });

  it.each([
    ['Europe/Berlin', Date.UTC(2024, 9, 26, 23), 59],
    ['America/New_York', Date.UTC(2024, 10, 3, 4), 59],
    ['Australia/Lord_Howe', Date.UTC(2024, 3, 6, 14), 29],
  ])('are right in the hour that comes twice in %s, whatever the time under way, up to that hour', (zone, from, most) => {
    for (let minute = 0; minute < 240; minute++) {
      const at = from + minute * MINUTE;
      const wall = new Date(at).toLocaleString('sv-SE', { timeZone: zone });
      for (const delay of [-4, 0, 1, 90, 20 * 60, most * 60])
        expect(parseTimestamp(wall, { unit: 'auto', zone }, at + delay * SECOND)).toBe(at);
    }
  });

  it('are refused in the hour that clocks skip', () => {
    expect(parseTimestamp('2024-03-31T02:30:00', berlin)).toMatchObject({
      reason: 'invalid-time',
      detail: expect.stringContaining('Europe/Berlin'),
    });
  });

  it('keep a zone of their own', () => expect(inBerlin('2024-07-01T12:00:00Z')).toBe('2024-07-01T12:00:00.000Z'));

  it('agree with Intl in zones with odd offsets', () => {
    const zones = ['Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Shanghai', 'America/Sao_Paulo'];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: EARLIEST, max: LATEST - 1 }), (zone, at) => {
        const wall = new Date(at).toLocaleString('sv-SE', { timeZone: zone });
        const time = parseTimestamp(wall, { unit: 'auto', zone }) as number;
        expect(new Date(time).toLocaleString('sv-SE', { timeZone: zone })).toBe(wall);
        expect([0, 1_800_000, 3_600_000]).toContain(Math.floor(at / 1000) * 1000 - time);
      }),
      { numRuns: 300 },
    );
  });
});

it('names a missing stamp as missing and another type as invalid', () => {
  expect(reasonOf(undefined)).toBe('missing-time');
  expect(reasonOf(null)).toBe('missing-time');
  for (const value of [true, {}, [NEW_YEAR]]) expect(reasonOf(value)).toBe('invalid-time');
});
