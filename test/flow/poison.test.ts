import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { type FettleOptions, startFettle, type TestFettle } from '../support/fettle.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { postgresPrograms, runSql, startPostgres } from '../support/postgres.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { TcpProxy } from '../support/tcpProxy.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * HOUR;
/** Many times Mosquitto's window, which is 20. */
const POISON = 400;
const GOOD = 10;
const LETTER = 4096;

const assets = [rigAsset('rig', T0 - DAY)];

/** Publishes poison and then what is good behind it; resolves when the broker or Fettle has acknowledged all. */
async function publish(url: string, bytes = 20): Promise<void> {
  const device = await connectAsync(url, { reconnectPeriod: 50 });
  onTestFinished(() => device.endAsync(true));
  const bad = Array.from({ length: POISON }, (_, n) => `not JSON ${n} `.padEnd(bytes, 'x'));
  const good = Array.from({ length: GOOD }, (_, n) => JSON.stringify({ ts: T0 + n * MINUTE, temperature: 50 }));
  await Promise.all([...bad, ...good].map((payload) => device.publishAsync('rigs/plant/rig', payload, { qos: 1 })));
}

async function expectGood({ api, app }: TestFettle): Promise<void> {
  await until('what is good behind the poison', () => app.ledger.samples.stored === GOOD);
  const span = `from=${new Date(T0).toISOString()}&to=${new Date(T0 + HOUR).toISOString()}`;
  await app.pipeline.settled();
  expect(app.ledger.messages).toMatchObject({ received: POISON + GOOD, stored: GOOD, inFlight: 0 });
  expect(app.ledger.imbalance()).toEqual([]);
  expect(await api.all(`/assets/rig/telemetry?metrics=temperature&${span}&limit=100`)).toHaveLength(GOOD);
}

async function letters({ api, app }: TestFettle): Promise<number> {
  await app.pipeline.deadLetters.import();
  return (await api.all('/dead-letters?limit=500')).length;
}

async function mosquitto(): Promise<Mosquitto> {
  const broker = await Mosquitto.start();
  onTestFinished(() => broker.remove());
  return broker;
}

describe('more poison than a window holds', () => {
  it('does not stop the embedded broker', async () => {
    const fettle = await startFettle({ assets, config: { mqtt: { port: 0, maxUnsettledMessages: 20 } } });
    await publish(fettle.app.mqttUrl);
    await expectGood(fettle);
    expect(await letters(fettle)).toBe(POISON);
  });

  it.skipIf(!requireProgram('mosquitto'))('does not stop Mosquitto with its window of 20', async () => {
    const broker = await mosquitto();
    const fettle = await startFettle({ assets, config: { mqtt: { url: broker.url } } });
    await until('the connection', () => fettle.app.pipeline.parts.broker.status().connected);
    await publish(broker.url);
    await expectGood(fettle);
    expect(await letters(fettle)).toBe(POISON);
  });

  describe.skipIf(!requireProgram('mosquitto') || !postgresPrograms())('while the database is down', () => {
    async function start(options: FettleOptions['config'] = {}) {
      const broker = await mosquitto();
      const postgres = await startPostgres(postgresPrograms()!, { tcp: true });
      onTestFinished(() => postgres.stop());
      await runSql(postgres.connection, `ALTER USER postgres PASSWORD 'secret'`);
      const proxy = await TcpProxy.start(postgres.connection.port);
      onTestFinished(() => proxy.close());
      const database = { url: `postgres://postgres:secret@127.0.0.1:${proxy.port}/postgres` };
      const config = { mqtt: { url: broker.url }, database, ...options };
      const fettle = await startFettle({ assets, config, expectedErrors: /./ });
      onTestFinished(() => proxy.mend());
      await until('the connection', () => fettle.app.pipeline.parts.broker.status().connected);
      proxy.cut(true);
      return { fettle, broker, proxy };
    }

    it('it is kept in the journal, what is good behind it is stored, and all is in the database afterwards', async () => {
      const { fettle, broker, proxy } = await start();
      await publish(broker.url);
      await until('what is good', () => fettle.app.ledger.samples.stored === GOOD);
      expect(fettle.app.pipeline.parts.deadLetterJournal.pending().records).toBe(POISON);
      proxy.mend();
      await until('the dead letters', async () => (await letters(fettle).catch(() => 0)) === POISON, 60_000);
      await expectGood(fettle);
      expect(fettle.app.ledger.messages.deadLettered).toBe(POISON);
    });

    it('and the journal is full, it is dropped by count, and what is good behind it is stored', async () => {
      const { fettle, broker, proxy } = await start({ deadLetters: { journalMb: 1, payloadBytes: LETTER } });
      await publish(broker.url, LETTER);
      await until('what is good', () => fettle.app.ledger.samples.stored === GOOD);
      const { messages, dropped } = fettle.app.ledger;
      const kept = fettle.app.pipeline.parts.deadLetterJournal.pending().records;
      expect(kept).toBeGreaterThan(0);
      expect(dropped.get('dead-letters-full')).toBe(POISON - kept);
      expect(messages.deadLettered).toBe(kept);
      expect(fettle.lines.some(({ msg }) => msg.includes('dead letters lost'))).toBe(true);
      proxy.mend();
      await until('the dead letters', async () => (await letters(fettle).catch(() => 0)) === kept, 60_000);
      await expectGood(fettle);
    });
  });
});
