import { describe, expect, it, onTestFinished } from 'vitest';
import { openQueue } from '../../src/adapters/queue/index.ts';
import { recordLog } from '../support/recordLog.ts';
import { RedisServer } from '../support/redis.ts';
import { requireProgram } from '../support/services.ts';

const HARMLESS = /hands such deliveries over again from its database, so that tickets reach the desk late, not never/;

describe.skipIf(!requireProgram('redis-server'))('what Fettle says of how safely a real Redis keeps jobs', () => {
  it('is nothing when it keeps all and evicts nothing', async () => {
    expect(await concernsWith()).toEqual([]);
    expect(await concernsWith('--appendfsync', 'everysec', '--maxmemory', '1gb')).toEqual([]);
  });

  it.each([
    [
      'eviction',
      ['--maxmemory-policy', 'allkeys-lru'],
      /maxmemory-policy is allkeys-lru.*Set maxmemory-policy to noeviction/,
    ],
    [
      'no persistence',
      ['--appendonly', 'no', '--save', ''],
      /a restart of Redis loses all waiting.*Set appendonly to yes/,
    ],
    [
      'snapshots',
      ['--appendonly', 'no', '--save', '900 1'],
      /loses the waiting deliveries of the last minutes.*save 900 1/,
    ],
    ['no fsync', ['--appendfsync', 'no'], /last half minute.*Set appendfsync to everysec/],
  ])('names %s, what it may lose, that it is made good for, and the setting', async (_name, settings, words) => {
    const concerns = await concernsWith(...settings);
    expect(concerns).toEqual([expect.stringMatching(words)]);
    expect(concerns[0]).toMatch(HARMLESS);
  });

  it('says what could not be checked where CONFIG is not allowed', async () => {
    const managed = ['--rename-command', 'CONFIG', ''];
    expect(await concernsWith(...managed)).toEqual([]);
    expect(await concernsWith(...managed, '--appendonly', 'no')).toEqual([
      expect.stringMatching(/could not be checked, because CONFIG is not allowed/),
    ]);
  });
});

/** What the opened queue tells, which must be what it logs as well. */
async function concernsWith(...settings: string[]): Promise<readonly string[]> {
  const server = await RedisServer.start(...settings);
  onTestFinished(() => server.remove());
  const { log, lines } = recordLog();
  const queue = await openQueue({ backend: { kind: 'redis', url: server.url }, log });
  await queue.close();
  const warned = lines.filter(({ level }) => level === 40).map(({ msg }) => msg.replace(/^queue: /, ''));
  expect(warned).toEqual(queue.concerns);
  return queue.concerns;
}
