import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, SECOND } from '../../src/domain/time.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { InfluxDb } from '../support/influxdb.ts';
import { writeInstallation } from '../support/installation.ts';
import { postgresPrograms, runSql, startPostgres } from '../support/postgres.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { TcpProxy } from '../support/tcpProxy.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const PROMISED = 10 * SECOND;
const programs = postgresPrograms();

/** The exit code, and that the promise of ten seconds was kept. */
async function stop(fettle: FettleProcess): Promise<number | null> {
  const asked = Date.now();
  const code = await fettle.end('SIGTERM');
  expect(Date.now() - asked).toBeLessThan(PROMISED);
  return code;
}

describe.skipIf(!programs)('a stop, with a database that has fallen silent', () => {
  async function silent() {
    const postgres = await startPostgres(programs!, { tcp: true });
    onTestFinished(() => postgres.stop());
    await runSql(postgres.connection, `ALTER USER postgres PASSWORD 'secret'`);
    const proxy = await TcpProxy.start(postgres.connection.port);
    onTestFinished(() => proxy.close());
    const serve = () =>
      FettleProcess.start(['serve'], tempFolder(), {
        FETTLE_DATABASE_URL: `postgres://postgres:secret@127.0.0.1:${proxy.port}/postgres`,
        FETTLE_DATABASE_STATEMENT_TIMEOUT: '10min',
        FETTLE_DATABASE_CONNECT_TIMEOUT: '10min',
        FETTLE_HTTP_PORT: '0',
        FETTLE_MQTT_PORT: '0',
      });
    return { proxy, serve };
  }

  it('does not wait for it', async () => {
    const { proxy, serve } = await silent();
    const fettle = serve();
    await fettle.said(/(Fettle is running)/);
    proxy.stall();
    expect(await stop(fettle)).toBe(0);
    expect(fettle.output).toContain('stopped without waiting any longer');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once at a second signal, %s, with %i', async (signal, code) => {
    const { proxy, serve } = await silent();
    const fettle = serve();
    await fettle.said(/(Fettle is running)/);
    proxy.stall();
    fettle.signal('SIGTERM');
    await fettle.said(/("stopping")/);
    // The very first ones are taken for the echo of a terminal.
    const again = setInterval(() => fettle.signal(signal), 50);
    onTestFinished(() => clearInterval(again));
    expect(await fettle.exited()).toBe(code);
    expect(fettle.output).toContain(`ended at once by a second signal, ${signal}`);
    expect(fettle.output).not.toContain('stopped without waiting any longer');
  });

  it('takes a signal that comes twice in a moment for one', async () => {
    const { serve } = await silent();
    const fettle = serve();
    await fettle.said(/(Fettle is running)/);
    fettle.signal('SIGINT');
    fettle.signal('SIGINT');
    expect(await fettle.exited()).toBe(0);
    expect(fettle.output).toContain('"stopped"');
  });

  it('ends a start that waits for it', async () => {
    const { proxy, serve } = await silent();
    proxy.stall();
    const fettle = serve();
    await until('it to wait for the database', () => proxy.connections > 0);
    expect(await stop(fettle)).toBe(0);
    expect(fettle.output).toContain('stopped before it had started');
    expect(fettle.output).not.toContain('"level":60');
  });
});

describe.skipIf(!requireProgram('influxd'))('a stop, with a store that has fallen silent', () => {
  it('under load leaves it behind, and nothing acknowledged is lost', async () => {
    const influx = await InfluxDb.start();
    onTestFinished(() => influx.remove());
    const folder = tempFolder();
    const start = Date.now() - DAY;
    writeInstallation(folder, {
      assets: [rigAsset('rig', start - DAY)],
      config: { store: { url: influx.url, version: 1 } },
    });
    const first = FettleProcess.start(['serve'], folder);
    const device = await connectAsync(await first.mqttUrl(), { reconnectPeriod: 0 });
    onTestFinished(() => device.endAsync(true));
    const acknowledged = new Set<number>();
    const send = (n: number) =>
      device.publish(
        'rigs/plant/rig',
        JSON.stringify({ ts: start + n * SECOND, temperature: 50 }),
        { qos: 1 },
        (error) => {
          if (!error) acknowledged.add(n);
        },
      );
    for (let n = 0; n < 500; n++) send(n);
    await until('the first ones', () => acknowledged.size > 0);
    influx.freeze();
    for (let n = 500; n < 5000; n++) send(n);
    const api = await first.api();
    await until('some in hand', async () => (await api.metric('fettle_messages_in_flight')) > 0);
    expect(await stop(first)).toBe(0);

    influx.thaw();
    const second = FettleProcess.start(['serve'], folder);
    await second.said(/(Fettle is running)/);
    const times = async () => {
      const span = `from=${new Date(start).toISOString()}&to=${new Date(start + DAY).toISOString()}`;
      const samples = await (await second.api()).all<{ time: string }>(
        `/assets/rig/telemetry?metrics=temperature&${span}&limit=10000`,
      );
      return new Set(samples.map(({ time }) => (Date.parse(time) - start) / SECOND));
    };
    await until('what was acknowledged', async () => {
      const stored = await times();
      return [...acknowledged].every((n) => stored.has(n));
    });
    expect(await stop(second)).toBe(0);
  });
});
