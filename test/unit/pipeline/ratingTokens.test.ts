import { expect, it } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import { ratingToken, readRatingToken } from '../../../src/pipeline/ratingTokens.ts';

const NOW = Date.UTC(2026, 10, 22);
const token = ratingToken('01TICKET/ü', NOW + DAY, 'secret');

it('a token names its ticket until it expires', () => {
  expect(token).toMatch(/^[A-Za-z0-9_.-]+$/);
  expect(readRatingToken(token, 'secret', NOW)).toEqual({ ticketId: '01TICKET/ü', expired: false });
  expect(readRatingToken(token, 'secret', NOW + DAY - 1)!.expired).toBe(false);
  expect(readRatingToken(token, 'secret', NOW + DAY)!.expired).toBe(true);
});

it('nothing else is a token', () => {
  const [id, until, signed] = token.split('.') as [string, string, string];
  const later = ratingToken('01TICKET/ü', NOW + 9 * DAY, 'secret').split('.')[1]!;
  const other = ratingToken('other', NOW, 'secret').split('.')[0]!;
  const forged = [
    '',
    '..',
    'x',
    id,
    `${id}.${until}`,
    `${id}.${until}.`,
    `${id}.${later}.${signed}`,
    `${other}.${until}.${signed}`,
    `${token}.`,
    `${token}.x`,
    `${token}x`,
    token.toUpperCase(),
    ratingToken('01TICKET/ü', NOW + DAY, 'another secret'),
  ];
  for (const one of forged) expect(readRatingToken(one, 'secret', NOW), one).toBeUndefined();
});
