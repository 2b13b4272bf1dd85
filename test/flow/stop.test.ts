import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../src/domain/time.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - DAY;

function folder(config: Readonly<Record<string, unknown>> = {}): string {
  const place = tempFolder();
  writeInstallation(place, { assets: [rigAsset('rig', T0 - DAY)], config });
  return place;
}

/** A device that publishes sample after sample until the connection is gone; resolves with how many were acknowledged. */
async function publishing(url: string): Promise<{ acknowledged: () => number; ended: Promise<void> }> {
  const device = await connectAsync(url, { reconnectPeriod: 0 });
  device.on('error', () => undefined);
  onTestFinished(() => device.endAsync(true));
  const gone = new Promise<void>((resolve) => device.once('close', () => resolve()));
  let acknowledged = 0;
  const publish = async () => {
    for (let n = 0; device.connected; n++) {
      const payload = JSON.stringify({ ts: T0 + n * SECOND, temperature: 50 });
      const sent = device.publishAsync('rigs/plant/rig', payload, { qos: 1 }).then(
        () => acknowledged++,
        () => undefined,
      );
      await Promise.race([sent, gone]);
    }
  };
  return { acknowledged: () => acknowledged, ended: publish() };
}

describe('a stop', () => {
  it('under load, settles and saves: everything acknowledged is there, and the next start has next to nothing to read', async () => {
    const place = folder({ assess: { checkpointEvery: '1h', tickEvery: '1h' } });
    const first = FettleProcess.start(['serve'], place);
    const load = await publishing(await first.mqttUrl());
    await until('some load', () => load.acknowledged() > 500);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(first.output).toContain('"reason":"SIGTERM"');
    await load.ended;

    const second = FettleProcess.start(['serve'], place);
    await second.said(/(Fettle is running)/);
    const api = await second.api();
    const query = `metrics=temperature&from=${new Date(T0).toISOString()}&to=${new Date(T0 + DAY).toISOString()}&limit=10000`;
    const stored = await api.all<{ time: string }>(`/assets/rig/telemetry?${query}`);
    expect(stored.length).toBeGreaterThanOrEqual(load.acknowledged());
    expect(await api.metric('fettle_recovery_samples')).toBeLessThan(10);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('of the demo is clean as well', async () => {
    const env = { FETTLE_DATA_DIR: join(tempFolder(), 'demo'), FETTLE_HTTP_PORT: '0', FETTLE_MQTT_PORT: '0' };
    const demo = FettleProcess.start(['demo'], tempFolder(), env);
    await demo.mqttUrl();
    expect(await demo.end('SIGTERM')).toBe(0);
    expect(demo.output).toContain('Stopped.');
  });
});

describe('exit codes', () => {
  it('2 for a configuration that is not valid', async () => {
    const place = folder();
    writeFileSync(join(place, 'fettle.yaml'), 'http:\n  port: high\n');
    const fettle = FettleProcess.start(['serve'], place);
    expect(await fettle.exited()).toBe(2);
    expect(fettle.output).toMatch(/http\.port/);
  });

  it('1 for a data folder that is in use', async () => {
    const place = folder();
    const first = FettleProcess.start(['serve'], place);
    await first.said(/(Fettle is running)/);
    expect(await FettleProcess.start(['serve'], place).exited()).toBe(1);
  });

  it('are in the help', async () => {
    const help = FettleProcess.start(['serve', '--help'], tempFolder());
    expect(await help.exited()).toBe(0);
    expect(help.output).toMatch(/Exit codes:\s+0 {2}.*\n\s+1 {2}.*\n\s+2 {2}.*\n\s+3 {2}.*\n\s+4 {2}.*\n\s+130 .*143/);
  });
});
