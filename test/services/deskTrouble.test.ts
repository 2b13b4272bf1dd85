import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { RedisServer } from '../support/redis.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookAnswer, type WebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 10 * DAY;
const SECRET = 'desk-secret';
const redisServer = requireProgram('redis-server');

/** What the desk answers to the first attempts for the asset of this name; some of it after the work order was made. */
const TROUBLES: Readonly<Record<string, readonly WebhookAnswer[]>> = {
  late: ['late'],
  twice: ['twice'],
  never: ['silence'],
  'server-error': [{ status: 500 }],
  'error-after-creating': [{ status: 500, creates: true }],
  'too-many': [{ status: 429, headers: { 'Retry-After': '1' } }],
  'hang-up': ['hang-up'],
  'half-an-answer': ['hang-up-in-body'],
  well: [],
};
const NAMES = Object.keys(TROUBLES);

async function startDesk(options: { honoursKeys?: boolean } = {}): Promise<WebhookReceiver> {
  const desk = await startWebhookReceiver({ secret: SECRET, ...options });
  onTestFinished(() => desk.close());
  return desk;
}

/** Each asset brings about one ticket. */
async function overheat(fettle: TestFettle, ...assets: readonly string[]): Promise<void> {
  for (const at of [0, 1, 2, 3]) {
    await Promise.all(assets.map((asset) => fettle.send(asset, { ts: T0 + at * MINUTE, temperature: 85 })));
  }
  await fettle.settled();
}

async function allDelivered(fettle: TestFettle): Promise<void> {
  await until(
    'the deliveries',
    async () => {
      const pending = await fettle.api.all('/deliveries?status=pending');
      return pending.length === 0;
    },
    60_000,
  );
}

const assetsOf = (desk: WebhookReceiver) => desk.workOrders.map(({ assetId }) => assetId).sort();

describe.each(['the database', 'Redis'])('with jobs in %s, one work order for each ticket', (backend) => {
  it.skipIf(backend === 'Redis' && !redisServer).each(['offers a look-up', 'honours the key'])(
    'at a desk that %s, whatever it answers',
    async (offer) => {
      const desk = await startDesk({ honoursKeys: offer === 'honours the key' });
      const redis = backend === 'Redis' ? await RedisServer.start() : undefined;
      onTestFinished(() => redis?.remove());
      const { url, lookupUrl } = desk;
      const fettle = await startFettle({
        assets: NAMES.map((id) => rigAsset(id, T0 - DAY)),
        config: {
          ...(redis && { redis: { url: 'redis://placeholder', options: { path: redis.url } } }),
          desk: {
            kind: 'webhook',
            url,
            secret: SECRET,
            timeout: '1s',
            ...(offer === 'offers a look-up' && { lookupUrl }),
          },
        },
      });
      for (const [asset, answers] of Object.entries(TROUBLES)) desk.scriptFor(asset, ...answers);
      await overheat(fettle, ...NAMES);
      await allDelivered(fettle);
      expect(assetsOf(desk)).toEqual([...NAMES].sort());
      for (const asset of NAMES) {
        const { episodeKey, externalId } = await fettle.ticket(asset);
        const told = desk.requests.filter(({ json }) => json.ticket.assetId === asset);
        expect(new Set(told.map(({ json }) => json.key))).toEqual(new Set([`${episodeKey}:opened`]));
        const order = desk.workOrders.find(({ assetId }) => assetId === asset);
        if (asset !== 'half-an-answer') expect(externalId).toBe(order?.id);
      }
    },
  );
});

it.skipIf(!redisServer)(
  'a Redis that is emptied neither forgets a delivery nor that deliveries are paused',
  async () => {
    const desk = await startDesk();
    const redis = await RedisServer.start();
    onTestFinished(() => redis.remove());
    const fettle = await startFettle({
      assets: ['before', 'paused', 'stopped'].map((id) => rigAsset(id, T0 - DAY)),
      config: {
        redis: { url: 'redis://placeholder', options: { path: redis.url } },
        desk: { kind: 'webhook', url: desk.url, secret: SECRET },
      },
    });
    const empty = async () => {
      const client = new Redis(redis.url);
      await client.flushall();
      await client.quit();
    };
    await overheat(fettle, 'before');
    await allDelivered(fettle);
    await fettle.api.put('/deliveries/switch', { paused: true });
    await overheat(fettle, 'paused');
    await empty();
    await until('the sweep to pause it again', async () => {
      const client = new Redis(redis.url);
      const paused = await client.hexists('fettle:deliveries:meta', 'paused');
      await client.quit();
      return paused === 1;
    });
    expect(assetsOf(desk)).toEqual(['before']);
    await redis.kill();
    await overheat(fettle, 'stopped');
    await redis.resume();
    await empty();
    await fettle.api.put('/deliveries/switch', { paused: false });
    await allDelivered(fettle);
    expect(assetsOf(desk)).toEqual(['before', 'paused', 'stopped']);
  },
);
