import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiClient } from '../support/apiClient.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { API_KEY } from '../support/installation.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

describe('fettle simulate', () => {
  it('registers its machines at a running Fettle and lets them report through the broker', async () => {
    const folder = tempFolder();
    const [here, there] = [join(folder, 'fettle'), join(folder, 'simulator')];
    for (const path of [here, there]) mkdirSync(path);
    const fettle = FettleProcess.start(['serve'], here, { FETTLE_HTTP_PORT: '0', FETTLE_MQTT_PORT: '0' });
    const url = await fettle.said(/(http:\/\/127\.0\.0\.1:\d+)/);
    const api = new ApiClient(url);
    const fleet = FettleProcess.start(['simulate'], there, {
      FETTLE_MQTT_URL: await fettle.mqttUrl(),
      FETTLE_PUBLIC_URL: url,
      FETTLE_API_KEY: API_KEY,
    });
    await fleet.said(/(begins to report)/);
    const { items } = await api.get<{ items: { id: string; commissionedAt?: string }[] }>('/assets?limit=500');
    expect(items).toHaveLength(40);
    await until('samples of the fleet', async () => {
      const { items: heard } = await api.get<{ items: { health: string }[] }>('/assets?limit=500');
      return heard.some(({ health }) => health !== 'unknown');
    });
    expect(await fleet.end('SIGINT')).toBe(0);
    expect(await fettle.end('SIGINT')).toBe(0);
  });

  it('says all that it needs', async () => {
    const fleet = FettleProcess.start(['simulate'], tempFolder(), { FETTLE_API_KEY: '' });
    await expect(fleet.said(/(never)/)).rejects.toThrow(/mqtt\.url.*\n.*publicUrl.*\n.*apiKey/);
  });
});
