import { expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 2 * DAY;
/** Peaks of temperature of assets whose bearing was in order, and of others that had a failure; the limit is 80. */
const SOUND = [81, 81.5, 82, 82, 82.5, 83, 83, 83.5, 84, 84.5, 85];
const FAILING = [88, 89, 90, 90, 91, 91, 92, 92, 93];
const PEAKS = [...SOUND, ...FAILING];
const idOf = (at: number) => `rig-${at + 1}`;
const PATH = '/models/rig/rules/temperature-high/suggestion';

interface Shown {
  readonly outcomes: number;
  readonly reason: { readonly en: string; readonly zh: string };
  readonly suggested?: { readonly limits: readonly [number, number] };
  readonly trial?: { readonly status: string; readonly today: object };
}

const fettle = useFettle(() => ({ assets: PEAKS.map((_, at) => rigAsset(idOf(at), T0 - 30 * DAY)) }));
const ask = () => fettle.api.post<Shown>(PATH);
const get = () => fettle.api.get<Shown>(PATH);

async function episode(at: number): Promise<void> {
  const [id, peak] = [idOf(at), PEAKS[at]!];
  // Above 80 two minutes before it is above 85.
  const course = [70, 80.5, 80.6, peak - 0.5, peak, peak - 0.3, peak - 0.2, 74, 72, 71, 70, 70, 70];
  for (const [minute, temperature] of course.entries())
    await fettle.send(id, { ts: T0 + minute * MINUTE, temperature });
}

async function close(at: number): Promise<void> {
  const { id } = await fettle.ticket(idOf(at));
  const replaced = { at: new Date(T0 + 30 * MINUTE).toISOString(), removed: 'sound' };
  const closing =
    at < SOUND.length ? { outcome: 'no-fault-found', replaced } : { outcome: 'failure-found', found: 'degraded' };
  await fettle.api.post(`/tickets/${id}/close`, closing);
}

it('a limit is moved only where enough is known, and where that serves better', async () => {
  for (const at of PEAKS.keys()) await episode(at);
  await fettle.settled();
  for (const at of PEAKS.keys()) {
    if (at === PEAKS.length - 1) await expect(ask()).rejects.toThrow(/409.*19 of 20 outcomes/);
    await close(at);
  }
  await fettle.settled();
  const untried = await get();
  expect(untried).toMatchObject({ outcomes: 20, reason: { en: expect.stringContaining('not been tried') } });
  expect(untried).not.toHaveProperty('suggested');
  expect((await ask()).reason.en).toMatch(/being tried/);
  await until('the trial to end', async () => !['waiting', 'running'].includes((await get()).trial!.status));
  const { suggested, trial, reason } = await get();
  expect(trial).toMatchObject({ status: 'done', progress: 1, known: 20, shown: 20 });
  expect(trial!.today).toEqual({ limits: [80, 95], hits: 9, misses: 0, falses: 11, unverifiable: 0 });
  const figures = { hits: 9, misses: 0, falses: 0, unverifiable: 0, warningLostSeconds: { median: 120, most: 120 } };
  expect(suggested).toEqual({ limits: [suggested!.limits[0], 95], ...figures });
  expect(suggested!.limits[0]).toBeGreaterThan(85);
  expect(suggested!.limits[0]).toBeLessThan(88);
  expect(reason.en).toMatch(
    /^Move the limit from 80 to 85\S*: .*false or early 11 → 0, hits 9 → 9, missed 0 → 0.*2 m later/,
  );
  expect(reason.zh).toMatch(/^建议将限值从 80 调整为 85/);
});

it('refuses rules without limits, and says where there are none', async () => {
  await expect(fettle.api.post('/models/rig/rules/filter-life/suggestion')).rejects.toThrow(/409.*kind usage/);
  await expect(fettle.api.post('/models/rig/rules/nothing/suggestion')).rejects.toThrow(/404/);
  const none = await fettle.api.get<Shown>('/models/rig/rules/pressure-high/suggestion');
  expect(none).toMatchObject({ outcomes: 0, reason: { en: expect.stringMatching(/^0 of 20 outcomes/) } });
  expect(none).not.toHaveProperty('trial');
});
