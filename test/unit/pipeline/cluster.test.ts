import { expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { Cluster, type ClusterParts } from '../../../src/pipeline/cluster.ts';
import { FakeClock } from '../../support/fakeClock.ts';

it('a node that retires ends only when nothing waits on its disk any more', async () => {
  const clock = new FakeClock();
  const nodes = {
    join: async () => undefined,
    list: async () => ({ now: clock.now(), nodes: [] }),
    beat: async () => ({ retiring: true }),
  };
  const events = { deaf: async () => [], saveDeaf: async () => undefined };
  let waiting = 2;
  const broker = { leave: async () => 'left' };
  const parts = { broker, database: { nodes, events }, waiting: () => waiting, clock, log: createLog('silent') };
  const cluster = new Cluster(parts as unknown as ClusterParts, {
    id: 'a',
    version: '1',
    clientId: 'fettle-a',
    subscriptions: { shareGroup: 'fettle', filters: [] },
    adoptAfter: 1000,
  });
  let ended: string | undefined;
  void cluster.ended.then((ending) => {
    ended = ending;
  });
  await cluster.membership.beat();
  await clock.advance(60_000);
  expect(ended).toBe(undefined);
  waiting = 0;
  await clock.advance(1000);
  expect(ended).toBe('retired');
});
