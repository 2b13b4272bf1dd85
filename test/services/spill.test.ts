import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { ADMIN_PASSWORD, InfluxDb } from '../support/influxdb.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * HOUR;
const ASSETS = [rigAsset('rig', T0 - DAY)];

/** A minute of a machine that becomes too hot in minute 20. */
const minute = (at: number) => ({ ts: T0 + at * MINUTE, temperature: at < 20 ? 60 : 85, hours: 100 + at / 60 });
const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => minute(from + at));

/** Values stored, by time and metric, as one SELECT of the server tells them. */
async function storedIn(
  server: InfluxDb,
  database: string,
): Promise<[time: number, metric: unknown, value: unknown][]> {
  const rows = await server.query(`SELECT metric, value FROM "${database}"."raw".samples`);
  return rows.map(([time, metric, value]) => [Number(time) / 1000, metric, value]);
}

function expected(from: number, to: number): [time: number, metric: unknown, value: unknown][] {
  return minutes(from, to).flatMap(({ ts, temperature, hours }): [number, string, number][] => [
    [ts, 'hours', hours],
    [ts, 'temperature', temperature],
  ]);
}

async function expectStored(server: InfluxDb, database: string, to: number): Promise<void> {
  const order = (rows: [number, unknown, unknown][]) => rows.map((row) => row.join(' ')).sort();
  expect(order(await storedIn(server, database))).toEqual(order(expected(0, to)));
}

async function spillOf(fettle: TestFettle): Promise<{ ok: boolean; detail: string }> {
  const { parts } = (await (await fettle.ready()).json()) as { parts: { part: string; ok: boolean; detail: string }[] };
  return parts.find(({ part }) => part === 'spill')!;
}

/** The one segment that the spill of a stopped Fettle has left. */
function segmentOf(folder: string): string {
  const directory = join(folder, 'data', 'journal', 'spill');
  const [name] = readdirSync(directory).filter((file) => file.endsWith('.log'));
  return join(directory, name!);
}

describe.skipIf(!requireProgram('influxd'))('the spill before a real InfluxDB', () => {
  let server: InfluxDb;
  beforeAll(async () => {
    server = await InfluxDb.start({ auth: true });
  });
  afterAll(() => server?.remove());

  const store = (database: string) => ({
    store: {
      url: server.url,
      version: 1,
      database,
      retention: '30d',
      timeout: '2s',
      username: 'admin',
      password: ADMIN_PASSWORD,
    },
  });
  const config = (database: string, more: object = {}) => ({ ...store(database), spill: { after: '500ms' }, ...more });

  async function sendAll(fettle: TestFettle, from: number, to: number): Promise<void> {
    await Promise.all(minutes(from, to).map((said) => fettle.send('rig', said)));
  }

  it.each([
    ['stopped', () => server.stop(), () => server.resume()],
    ['frozen', async () => server.freeze(), async () => server.thaw()],
  ])('settles and assesses while it is %s, under load, and stores all of it afterwards', async (how, away, back) => {
    const fettle = await startFettle({ assets: ASSETS, config: config(how) });
    await sendAll(fettle, 0, 5);
    const sending = sendAll(fettle, 5, 30);
    await away();
    await sending;
    await sendAll(fettle, 30, 60);
    expect(await spillOf(fettle)).toMatchObject({ ok: false, detail: expect.stringMatching(/batches wait/) });
    await until('the ticket, with the store away', async () => (await fettle.tickets('rig')).length > 0);
    expect(fettle.app.ledger.imbalance()).toEqual([]);
    await back();
    await sendAll(fettle, 60, 90);
    await fettle.settled();
    await expectStored(server, how, 90);
    expect(await spillOf(fettle)).toMatchObject({ ok: true, detail: 'empty' });
    expect(fettle.app.ledger.samples).toMatchObject({ decoded: 180, stored: 180, assessed: 180, waiting: 0 });
    const { spilled, drained, refused } = fettle.app.pipeline.spill.counts;
    expect({ drained, refused }).toEqual({ drained: spilled, refused: 0 });
    await fettle.ticket('rig');
  });

  it.each([
    [
      'password',
      /InfluxDbAccessError|authori[sz]/i,
      () => server.query(`SET PASSWORD FOR "wrong" = 'another'`),
      () => server.query(`SET PASSWORD FOR "wrong" = 'secret'`),
    ],
  ])('keeps everything while the %s is wrong, names the error, and goes on when that is mended', async (_, words, break_, mend) => {
    await server.query(`CREATE USER wrong WITH PASSWORD 'secret' WITH ALL PRIVILEGES`);
    const own = { ...store('login').store, username: 'wrong', password: 'secret' };
    const fettle = await startFettle({ assets: ASSETS, config: { ...config('login'), store: own } });
    await sendAll(fettle, 0, 5);
    await break_();
    await sendAll(fettle, 5, 40);
    expect((await spillOf(fettle)).detail).toMatch(words);
    expect(fettle.lines.filter(({ msg }) => /go to the spill/.test(msg))).toMatchObject([
      { err: { type: 'InfluxDbAccessError' } },
    ]);
    await mend();
    await fettle.settled();
    await expectStored(server, 'login', 40);
  });

  it('keeps everything while the database is gone', async () => {
    const fettle = await startFettle({ assets: ASSETS, config: config('gone') });
    await server.query('DROP DATABASE gone');
    await sendAll(fettle, 0, 40);
    expect((await spillOf(fettle)).detail).toMatch(/database not found/);
    await server.query('CREATE DATABASE gone WITH DURATION 30d NAME raw');
    await fettle.settled();
    await expectStored(server, 'gone', 40);
  });

  it('keeps everything while somebody else has changed the type of a field', async () => {
    const fettle = await startFettle({ assets: ASSETS, config: config('typed') });
    await server.write('typed', 'raw', `samples,asset=stranger,metric=m value=1i ${T0 * 1000}`);
    await sendAll(fettle, 0, 40);
    expect((await spillOf(fettle)).detail).toMatch(/field type conflict/);
    // InfluxDB says of what is written into a shard while it is dropped that it were stored: it goes just after an attempt.
    const attempts = () => fettle.api.metric('fettle_part_errors_total');
    await until('attempts to be seconds apart', async () => (await attempts()) >= 6);
    for (const [id, of] of await server.query('SHOW SHARDS'))
      if (of === 'typed') await server.query(`DROP SHARD ${id}`);
    await fettle.settled();
    await expectStored(server, 'typed', 40);
    expect(fettle.app.ledger.messages).toMatchObject({ stored: 40, deadLettered: 0 });
  });

  it('takes nothing more in when it is full, and goes on by itself when there is room', async () => {
    const fettle = await startFettle({
      assets: ASSETS,
      config: config('full', { spill: { after: '500ms', maxMb: 1 }, ingest: { batchSize: 4000 } }),
    });
    await server.stop();
    // Some 17 messages of 2,000 samples fill it.
    const said = (message: number) =>
      Array.from({ length: 2000 }, (_, at) => ({ ts: T0 + message * MINUTE + at * 20, temperature: 60 }));
    const sending = Array.from({ length: 40 }, (_, message) => fettle.send('rig', said(message)));
    await until('the intake to stop', () => fettle.app.pipeline.ingest.trouble?.includes('The spill is full'));
    const ready = await fettle.ready();
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('The spill is full')]);
    expect(fettle.app.ledger.messages.inFlight).toBeGreaterThan(0);
    expect(fettle.app.ledger.imbalance()).toEqual([]);
    await server.resume();
    await Promise.all(sending);
    await fettle.settled();
    const [[, count] = []] = await server.query('SELECT count(value) FROM "full"."raw".samples');
    expect(count).toBe(80_000);
  });

  it('survives kill -9, and drains after the next start, with the same findings', async () => {
    const folder = tempFolder();
    writeInstallation(folder, { assets: ASSETS, config: config('killed') });
    const first = FettleProcess.start(['serve'], folder);
    const device = await connectAsync(await first.mqttUrl(), { reconnectPeriod: 0 });
    const send = (said: object) => device.publishAsync('rigs/plant/rig', JSON.stringify(said), { qos: 1 });
    await Promise.all(minutes(0, 10).map(send));
    await server.stop();
    await Promise.all(minutes(10, 40).map(send));
    device.end(true);
    await first.end('SIGKILL');
    const fettle = await startFettle({ folder });
    await Promise.all(minutes(40, 50).map((said) => fettle.send('rig', said)));
    await server.resume();
    await fettle.settled();
    await expectStored(server, 'killed', 50);
    expect(await fettle.ticket('rig')).toMatchObject({ status: 'open', window: { from: expect.any(String) } });
  });

  it.each([
    ['torn', (segment: string) => truncateSync(segment, readFileSync(segment).length - 5)],
    [
      'damaged',
      (segment: string) => {
        const bytes = readFileSync(segment);
        // Within the data of the second record; each begins with its length and a checksum.
        bytes[8 + bytes.readUInt32LE(0) + 8 + 20]! ^= 1;
        writeFileSync(segment, bytes);
      },
    ],
  ])('loses what is %s of it, and says so; all other samples are stored', async (how, damage) => {
    const folder = tempFolder();
    writeInstallation(folder, { assets: ASSETS, config: config(how) });
    const first = await startFettle({ folder });
    await server.stop();
    // Batches of their own, so that there are many records.
    for (const said of minutes(0, 12)) await first.send('rig', said);
    await first.stop();
    damage(segmentOf(folder));
    await server.resume();
    const second = await startFettle({ folder, expectedErrors: /journal: passed over damaged/ });
    await second.settled();
    const rows = await storedIn(server, how);
    expect(rows.length).toBeLessThan(24);
    expect(rows.length).toBeGreaterThanOrEqual(22);
    expect(second.lines.filter(({ msg }) => /journal: (cut a torn|passed over damaged)/.test(msg))).toHaveLength(1);
  });
});
