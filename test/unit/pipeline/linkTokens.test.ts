import { expect, it } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import { claimedId, linkSecret, linkToken, readLinkToken } from '../../../src/pipeline/linkTokens.ts';

const NOW = Date.UTC(2026, 10, 22);
const linked = { id: '01TICKET/ü', until: NOW + DAY };
const token = linkToken('rating', linked, 'secret');
const read = (text: string, now = NOW) => readLinkToken('rating', text, 'secret', now);

it('a token names what it is of until it expires', () => {
  expect(token).toMatch(/^[A-Za-z0-9_.-]+$/);
  expect(read(token)).toEqual({ ...linked, expired: false });
  expect(read(token, NOW + DAY - 1)!.expired).toBe(false);
  expect(read(token, NOW + DAY)!.expired).toBe(true);
  expect(claimedId(token)).toBe(linked.id);
});

it('may carry a mark', () => {
  const marked = linkToken('rating', { ...linked, mark: 'a1' }, 'secret');
  expect(read(marked)).toEqual({ ...linked, mark: 'a1', expired: false });
  expect(read(marked.replace('.a1.', '.a2.'))).toBeUndefined();
  expect(read(marked.replace('.a1.', '.'))).toBeUndefined();
});

it('nothing else is a token', () => {
  const [id, until, signed] = token.split('.') as [string, string, string];
  const later = linkToken('rating', { ...linked, until: NOW + 9 * DAY }, 'secret').split('.')[1]!;
  const other = linkToken('rating', { ...linked, id: 'other' }, 'secret').split('.')[0]!;
  const forged = [
    '',
    '.',
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
    linkToken('rating', linked, 'another secret'),
    linkToken('customer', linked, 'secret'),
  ];
  for (const one of forged) expect(read(one), one).toBeUndefined();
});

it('the secret is the configured one, else one that is kept', async () => {
  const made: string[] = [];
  const keep = async (fresh: string) => {
    made.push(fresh);
    return 'kept';
  };
  expect(await linkSecret({ secret: keep }, 'mine')()).toBe('mine');
  expect(made).toEqual([]);
  const secret = linkSecret({ secret: keep }, undefined);
  expect([await secret(), await secret()]).toEqual(['kept', 'kept']);
  expect(made).toHaveLength(1);
  expect(made[0]).toHaveLength(43);
});
