import { expect, it } from 'vitest';
import { commissioned, formatCommissioned } from '../../src/commands/commission.ts';
import { loadConfiguration } from '../../src/commands/load.ts';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { startFettle } from '../support/fettle.ts';
import { freePort } from '../support/freePort.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface Report {
  readonly ready: boolean;
  readonly samples: number;
  readonly qos?: number;
  readonly interval?: { readonly medianSeconds: number };
  readonly reasons: readonly {
    readonly code: string;
    readonly metricId?: string;
    readonly text: { readonly en: string };
  }[];
}

it('tells what is in the way of an asset that is being connected, from what came and what was refused', async () => {
  const fettle = await startFettle({ assets: [rigAsset('rig', Date.now() - DAY)] });
  const report = () => fettle.api.get<Report>('/assets/rig/commissioning');
  expect((await report()).reasons.map(({ code }) => code)).toEqual(['nothing-heard']);

  const start = Date.now() - 100 * MINUTE;
  for (let minute = 0; minute < 100; minute++) {
    // The pressure comes in kPa.
    const payload = {
      ts: start + minute * MINUTE,
      temperature: 60 + (minute % 5),
      ...(minute > 90 && { pressure: 740 }),
    };
    await fettle.send('rig', payload);
  }
  await fettle.settled();
  await until('the dead letters', async () => (await fettle.api.all('/dead-letters?assetId=rig')).length === 9);
  const { ready, samples, qos, interval, reasons } = await report();
  expect({ ready, samples, qos, interval: interval?.medianSeconds }).toEqual({
    ...{ ready: false, samples: 100, qos: 1, interval: 60 },
  });
  expect(reasons.map(({ code, metricId }) => `${code} ${metricId}`)).toContain('suspect-unit pressure');
  expect(reasons.map(({ code, metricId }) => `${code} ${metricId}`)).toContain('missing hours');
  expect(reasons.find(({ code }) => code === 'suspect-unit')!.text.en).toBe(
    'Pressure seems to come in kPa: 740 kPa would be 7.4 bar. Name the unit in the source.',
  );
});

it('tells the command line the same of a running Fettle, and what is not mapped', async () => {
  const folder = tempFolder();
  writeInstallation(folder, {
    assets: [rigAsset('rig', Date.now() - DAY)],
    config: { http: { port: await freePort() } },
  });
  const { config } = loadConfiguration({ env: {}, cwd: folder });
  await expect(commissioned(config, [])).rejects.toThrow('no Fettle runs on this configuration');

  const fettle = await startFettle({ folder });
  expect(formatCommissioned(await commissioned(config, ['rig']))).toBe(
    'rig: not ready\n  ! Nothing was heard of it yet.\n\neverything that came is mapped\n',
  );
  await expect(commissioned(config, ['nobody'])).rejects.toThrow(/refused \(404\)/);
  await fettle.send('rig', { ts: Date.now(), Press_kPa: 740 });
  await fettle.device.publishAsync('plc/rig/data', JSON.stringify({ ts: Date.now(), pressure: 7.4 }), { qos: 1 });
  await fettle.settled();
  await until('the dead letters', async () => (await fettle.api.all('/dead-letters')).length === 2);
  const { assets, more, ...all } = await commissioned(config, []);
  expect(assets.map(({ assetId }) => assetId)).toEqual(['rig']);
  expect(more).toBe(false);
  expect(formatCommissioned({ assets: [], more: true, ...all })).toBe(
    [
      'these are the first 0 assets: name others by their ids',
      '',
      'plc/{asset}/data is taken by nothing: 1 messages kept, of 1 topics; below sources:',
      '',
      '  - id: plc',
      '    topic: plc/{asset}/data',
      '',
      'source rigs has names that are not mapped',
      '',
      '    metrics:',
      '      Press_kPa: { metric: pressure, unit: kPa }',
      '',
    ].join('\n'),
  );
});
