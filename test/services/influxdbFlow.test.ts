import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import type { DeadLetterDocument } from '../support/apiClient.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { InfluxDb } from '../support/influxdb.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * HOUR;
const HOT = [82, 83, 84, 85];

async function sendMinutely(fettle: TestFettle, asset: string, from: number, temperatures: readonly number[]) {
  await Promise.all(
    temperatures.map((temperature, at) => fettle.send(asset, { ts: from + at * MINUTE, temperature, hours: 100 + at })),
  );
  await fettle.settled();
}

async function telemetry(fettle: TestFettle, asset: string): Promise<unknown[]> {
  const query = `from=${new Date(T0 - DAY).toISOString()}&to=${new Date(T0 + DAY).toISOString()}&limit=10000`;
  return fettle.api.all(`/assets/${asset}/telemetry?${query}`);
}

describe.skipIf(!requireProgram('influxd'))('Fettle on a real InfluxDB', () => {
  let server: InfluxDb;
  beforeAll(async () => {
    server = await InfluxDb.start();
  });
  afterAll(() => server?.remove());

  const config = (database: string) => ({
    store: { url: server.url, version: 1, database, retention: '30d', timeout: '2s' },
  });

  it('takes a message in and gives a ticket out; with its own data lost, it works out the same from InfluxDB', async () => {
    const folder = tempFolder();
    writeInstallation(folder, { assets: [rigAsset('rig 1', T0 - DAY)], config: config('whole') });
    const first = await startFettle({ folder });
    await sendMinutely(first, 'rig 1', T0, HOT);
    const ticket = await first.ticket('rig 1');
    expect(ticket).toMatchObject({ status: 'open', failureModeId: 'overheated', evidence: { limit: 80 } });
    const stored = await telemetry(first, 'rig 1');
    expect(stored).toHaveLength(2 * HOT.length);
    const view = await first.api.get<{ state: unknown }>('/assets/rig 1');
    await first.stop();

    const second = await startFettle({ folder });
    expect(second.app.pipeline.recovery).toMatchObject({ done: true, samples: 0 });
    expect((await second.ticket('rig 1')).id).toBe(ticket.id);
    await second.stop();

    rmSync(join(folder, 'data', 'database'), { recursive: true });
    const third = await startFettle({ folder, expectedErrors: /the database is older than what Fettle has seen/ });
    await third.settled();
    expect(third.app.pipeline.recovery).toMatchObject({ done: true, samples: 2 * HOT.length });
    expect(await telemetry(third, 'rig 1')).toEqual(stored);
    expect((await third.api.get<{ state: unknown }>('/assets/rig 1')).state).toEqual(view.state);
    const again = await third.ticket('rig 1');
    expect(again).toMatchObject({ status: 'open', failureModeId: 'overheated', window: ticket.window });
  });

  it('refuses what is older than the retention before writing, and dead-letters what InfluxDB can never take', async () => {
    const database = 'refusing';
    const fettle = await startFettle({ assets: [rigAsset('rig', T0 - DAY)], config: config(database) });
    // Somebody has shortened what Fettle set up.
    await server.query(`ALTER RETENTION POLICY raw ON ${database} DURATION 10d SHARD DURATION 1d`);
    const week = Date.now() - 20 * DAY;
    await fettle.send('rig', { ts: Date.now() - 31 * DAY, temperature: 20 });
    await fettle.send('rig', [
      { ts: week + 1, temperature: 21 },
      { ts: T0, temperature: 22 },
    ]);
    await fettle.settled();
    expect(fettle.app.ledger.samples).toMatchObject({ decoded: 3, stored: 1, assessed: 1, inFlight: 0 });
    expect(fettle.app.ledger.messages).toMatchObject({ received: 2, stored: 1, deadLettered: 1 });
    const letters = await until('the dead letters', async () => {
      const all = await fettle.api.all<DeadLetterDocument>('/dead-letters');
      return all.length === 2 ? all : undefined;
    });
    expect(letters.map(({ reason, detail }) => [reason, detail]).sort()).toEqual([
      [
        'refused-by-store',
        expect.stringMatching(/^the time-series store refuses it: partial write: points beyond retention policy/),
      ],
      ['too-old', expect.stringMatching(/30 d/)],
    ]);
  });
});
