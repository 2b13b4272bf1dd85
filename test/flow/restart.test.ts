import { expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import type { FindingDocument } from '../support/apiClient.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { writeInstallation } from '../support/installation.ts';
import { RIG, rigAsset, rigModel } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * HOUR;
/** As in the configuration of tests. */
const TICK = 200;

const past = (time: number) => until('the time to pass', () => Date.now() > time);

async function minutely(fettle: TestFettle, asset: string, from: number, values: readonly object[]): Promise<void> {
  await Promise.all(values.map((value, at) => fettle.send(asset, { ts: from + at * MINUTE, ...value })));
  await fettle.settled();
}

interface AssetDetail {
  readonly state: { readonly components: readonly { readonly componentId: string; readonly used?: number }[] };
}

async function usedOf(fettle: TestFettle, asset: string, componentId: string): Promise<number> {
  const { state } = await fettle.api.get<AssetDetail>(`/assets/${asset}`);
  return state.components.find((component) => component.componentId === componentId)!.used!;
}

const silent = {
  ...RIG,
  id: 'beacon',
  asset: {
    failureModes: [{ id: 'not-reporting', name: { en: 'Not reporting', zh: '未上报' } }],
    rules: [{ id: 'silent', kind: 'silence', failureMode: 'not-reporting', mode: 'live', after: '6s' }],
  },
};

/** Links in what a ticket says have the port of this start. */
const anyPort = (ticket: object) => JSON.stringify(ticket).replaceAll(/127\.0\.0\.1(:|%3A)\d+/g, '127.0.0.1');

it('goes on where it stopped: nothing folded twice, the same tickets, no silence from its own absence', async () => {
  const folder = tempFolder();
  const options = {
    models: [RIG, silent],
    assets: [rigAsset('rig-1', T0 - DAY), { id: 'beacon-1', model: 'beacon', site: 'plant' }],
  };
  writeInstallation(folder, options);
  const first = await startFettle({ folder });
  const start = [82, 83, 84, 85].map((temperature, at) => ({ temperature, hours: 100 + at / 60 }));
  await minutely(first, 'rig-1', T0, start);
  const before = await first.ticket('rig-1');
  const view = await first.api.get<AssetDetail>('/assets/rig-1');
  await first.send('beacon-1', { ts: T0, temperature: 20 });
  await first.stop();
  await past(Date.now() + 6500);

  const second = await startFettle({ folder });
  expect(second.app.pipeline.recovery).toMatchObject({ done: true, samples: 0 });
  expect(await second.api.get<AssetDetail>('/assets/rig-1')).toEqual(view);
  expect(anyPort(await second.ticket('rig-1'))).toEqual(anyPort(before));
  await past(Date.now() + 2 * TICK);
  expect(await second.tickets('beacon-1')).toEqual([]);

  await minutely(second, 'rig-1', T0, start);
  expect(second.app.ledger.messages).toMatchObject({ duplicate: start.length, stored: 0 });
  await minutely(second, 'rig-1', T0 + 4 * MINUTE, [
    { temperature: 97, hours: 100.1 },
    { temperature: 98 },
    { temperature: 99 },
  ]);
  expect(await second.ticket('rig-1')).toMatchObject({ id: before.id, severity: 'critical' });
  expect(await usedOf(second, 'rig-1', 'belt')).toBeCloseTo(100.1, 6);
});

it('folds history anew when the model has changed: what is past opens nothing, what is present does', async () => {
  const folder = tempFolder();
  const assets = ['past', 'present', 'both'].map((id) => rigAsset(id, T0 - DAY));
  writeInstallation(folder, { assets });
  const first = await startFettle({ folder });
  const warm = Array.from({ length: 10 }, () => ({ temperature: 77 }));
  const cool = Array.from({ length: 10 }, () => ({ temperature: 60 }));
  await minutely(first, 'past', T0, [...warm, ...cool]);
  await minutely(first, 'present', T0, [...cool, ...warm]);
  await minutely(first, 'both', T0, [
    { temperature: 82 },
    { temperature: 83 },
    { temperature: 84 },
    { temperature: 85 },
  ]);
  const known = await first.ticket('both');
  expect(await first.tickets('past')).toEqual([]);
  await first.stop();

  const stricter = rigModel();
  const rule = stricter.components[0]!.rules[0]!;
  Object.assign(rule, { levels: [{ limit: 75, severity: 'warning' }] });
  writeInstallation(folder, { assets, models: [stricter] });
  const second = await startFettle({ folder });
  await second.settled();
  expect(second.app.pipeline.refolds.done).toBe(3);

  expect(await second.tickets('past')).toEqual([]);
  const findings = await second.api.all<FindingDocument>('/findings?assetId=past');
  expect(findings.map(({ change, dormant }) => [change, dormant])).toEqual([
    ['cleared', 'inactive'],
    ['raised', 'inactive'],
  ]);
  const opened = await second.ticket('present');
  expect(opened).toMatchObject({ status: 'open', evidence: { limit: 75 } });
  expect(opened.window!.from).toBe(new Date(T0 + 10 * MINUTE).toISOString());
  expect((await second.ticket('both')).id).toBe(known.id);

  await second.stop();
  const third = await startFettle({ folder });
  await third.settled();
  expect(third.app.pipeline.refolds.done).toBe(0);
  expect((await third.ticket('present')).id).toBe(opened.id);
});
