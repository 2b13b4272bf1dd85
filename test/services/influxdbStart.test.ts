import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { ApiClient, type TicketDocument } from '../support/apiClient.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { InfluxDb } from '../support/influxdb.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * HOUR;
const MINUTES = 60;
const IDS = ['rig-1', 'rig-2', 'rig-3'];

/** Hot for a while, cool again, hot to the end; each rig at another time. */
function said(id: string, at: number) {
  const phase = (at + 7 * IDS.indexOf(id)) % 40;
  return { ts: T0 + at * MINUTE, temperature: phase >= 10 && phase < 20 ? 84 : 60, hours: 897 + at / 10 };
}

interface Part {
  readonly part: string;
  readonly ok: boolean;
  readonly detail: string;
}

interface Point {
  readonly metricId: string;
  readonly time: string;
  readonly value: number;
}

describe.skipIf(!requireProgram('influxd'))('Fettle started while its InfluxDB is away', () => {
  let server: InfluxDb;
  beforeAll(async () => {
    server = await InfluxDb.start();
  });
  afterAll(() => server?.remove());

  function installed(database: string): string {
    const folder = tempFolder();
    const store = { url: server.url, version: 1, database, retention: '30d', timeout: '2s' };
    const config = { store, spill: { after: '500ms' }, assess: { checkpointEvery: '1s', tickEvery: '200ms' } };
    writeInstallation(folder, { assets: IDS.map((id) => rigAsset(id, T0 - DAY)), config });
    return folder;
  }

  async function started(folder: string) {
    const process = FettleProcess.start(['serve'], folder);
    const url = await process.said(/(http:\/\/127\.0\.0\.1:\d+)/);
    const api = new ApiClient(url);
    const device = await connectAsync(await process.mqttUrl(), { reconnectPeriod: 50 });
    const send = async (from: number, to: number) => {
      for (let at = from; at < to; at++) {
        const publish = (id: string) =>
          device.publishAsync(`rigs/plant/${id}`, JSON.stringify(said(id, at)), { qos: 1 });
        await Promise.all(IDS.map(publish));
      }
    };
    const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
      await device.endAsync(true);
      await process.end(signal);
    };
    return { process, url, api, send, end };
  }

  async function partsOf(url: string): Promise<Map<string, Part>> {
    const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: Part[] };
    return new Map(parts.map((part) => [part.part, part]));
  }

  async function settled({ api, url }: Awaited<ReturnType<typeof started>>): Promise<void> {
    await until(
      'all to be assessed',
      async () => {
        if ((await fetch(`${url}/readyz`)).status !== 200) return false;
        if ((await partsOf(url)).get('spill')?.detail !== 'empty') return false;
        const waiting = ['fettle_samples_waiting', 'fettle_findings_waiting', 'fettle_refolds_waiting'];
        return (await Promise.all(waiting.map((name) => api.metric(name)))).every((value) => value === 0);
      },
      90_000,
    );
  }

  async function outcome(api: ApiClient) {
    const tickets = (await api.all<TicketDocument>('/tickets?sort=openedAt')).map(
      ({ assetId, failureModeId, status, severity, window }) =>
        JSON.stringify({ assetId, failureModeId, status, severity, window }),
    );
    const range = `from=${new Date(T0 - DAY).toISOString()}&to=${new Date(T0 + DAY).toISOString()}&limit=10000`;
    const telemetry = await Promise.all(
      IDS.map(async (id) =>
        (await api.all<Point>(`/assets/${id}/telemetry?${range}`)).map(({ metricId, time, value }) => ({
          metricId,
          time,
          value,
        })),
      ),
    );
    return { tickets: tickets.sort(), telemetry };
  }

  it('takes what comes, over a kill -9 too, and comes to what a quiet run comes to', async () => {
    const quiet = await started(installed('quiet'));
    await quiet.send(0, MINUTES);
    await settled(quiet);
    const reference = await outcome(quiet.api);
    await quiet.end('SIGTERM');
    expect(reference.tickets.length).toBeGreaterThanOrEqual(IDS.length);
    expect(reference.telemetry.map((stored) => stored.length)).toEqual(IDS.map(() => 2 * MINUTES));

    const folder = installed('troubled');
    const first = await started(folder);
    await first.send(0, 20);
    await first.end('SIGKILL');
    await server.stop();

    const second = await started(folder);
    await second.send(20, 30);
    const parts = await partsOf(second.url);
    expect(parts.get('recovery')).toMatchObject({ ok: false });
    expect(parts.get('recovery')!.detail).toMatch(
      /^under way: \d+ samples of 3 assets read, 3 assets still behind; it waits: /,
    );
    expect(parts.get('store')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/does not answer: .*ECONNREFUSED/),
    });
    expect(parts.get('ingest')).toMatchObject({ ok: true });
    expect(await second.api.all('/assets')).toHaveLength(IDS.length);
    expect(await second.api.metric('fettle_recovery_done')).toBe(0);
    expect(await second.api.metric('fettle_recovery_assets_behind')).toBe(3);
    await second.end('SIGKILL');

    const third = await started(folder);
    // Of what the dead one had settled some comes again.
    await third.send(28, 40);
    await server.resume();
    await third.send(40, MINUTES);
    await settled(third);
    expect((await partsOf(third.url)).get('recovery')).toMatchObject({ ok: true });
    expect(await outcome(third.api)).toEqual(reference);
    expect(third.process.output).toMatch(/recovered/);
    await third.end('SIGTERM');
  }, 300_000);
});
