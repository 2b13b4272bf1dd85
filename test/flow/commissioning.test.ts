import { expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { startFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
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
