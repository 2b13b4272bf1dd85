import { describe, expect, it, onTestFinished } from 'vitest';
import { startFettle } from '../support/fettle.ts';
import { startMonitorReceiver } from '../support/monitorReceiver.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';

describe.skipIf(!requireProgram('mosquitto'))('the heartbeat of a running Fettle', () => {
  it('goes while Fettle works, stops with its broker, and comes back with it', async () => {
    const mosquitto = await Mosquitto.start();
    onTestFinished(() => mosquitto.remove());
    const monitor = await startMonitorReceiver();
    onTestFinished(() => monitor.close());
    const fettle = await startFettle({
      config: { mqtt: { url: mosquitto.url }, heartbeat: { url: monitor.url, every: '1s' } },
    });
    await until('two heartbeats', () => monitor.requests.length >= 2);
    expect(await fettle.api.metric('fettle_heartbeat_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000 - 60);

    await mosquitto.stop();
    await until('Fettle to notice', async () => (await fettle.ready()).status === 503);
    const beats = monitor.requests.length;
    const silent = () => fettle.lines.some(({ msg }) => msg.startsWith('no heartbeat until'));
    await until('a heartbeat left out', silent);
    expect(monitor.requests.length - beats).toBeLessThanOrEqual(1);

    await mosquitto.resume();
    const before = monitor.requests.length;
    await until('heartbeats again', () => monitor.requests.length > before);
    expect((await fettle.ready()).status).toBe(200);
  });
});
