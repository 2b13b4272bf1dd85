import { describe, expect, it } from 'vitest';
import { UnavailableError, unavailable } from '../../src/errors.ts';

describe('UnavailableError', () => {
  it.each([
    [new Error('connection refused'), 'the database does not answer: connection refused'],
    [
      new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')], ''),
      'the database does not answer: refused by ::1; refused by 127.0.0.1',
    ],
    ['gone', 'the database does not answer: gone'],
  ])('says why: %#', (cause, message) => {
    expect(new UnavailableError('database', cause)).toMatchObject({ message, cause, part: 'database' });
  });
});

it('a part that says itself that it does not answer is not said to do so twice', () => {
  const said = new UnavailableError('time-series store', new Error('aborted'));
  expect(unavailable('time-series store', said)).toBe(said);
  expect(unavailable('time-series store', new Error('aborted')).message).toBe(said.message);
});
