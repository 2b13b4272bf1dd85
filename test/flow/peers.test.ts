import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { normalDraws } from '../support/normalDraws.ts';

const name = (text: string) => ({ en: text, zh: text });
const MODEL = {
  id: 'compressor',
  name: name('Compressor'),
  metrics: [
    { id: 'oil', kind: 'number', unit: '°C', name: name('Oil temperature') },
    { id: 'load', kind: 'number', unit: '%' },
  ],
  components: [
    {
      id: 'cooler',
      name: name('Cooler'),
      failureModes: [{ id: 'fouled', name: name('Fouled') }],
      rules: [
        {
          id: 'hotter',
          kind: 'anomaly',
          failureMode: 'fouled',
          mode: 'live',
          metric: 'oil',
          direction: 'above',
          peers: { recent: '1d', samples: 5 },
          duty: { by: 'load', edges: [50] },
          leastDeviation: 1,
          levels: [{ limit: 5, severity: 'warning' }],
        },
      ],
    },
  ],
};
const IDS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];
const ODD = 'c3';
const DAYS = 12;

/** Oil that follows the load, the unit and, by 25 K, the weather; that of one rises by a degree a day. */
function oilOf() {
  const normal = normalDraws(17);
  return (asset: number, hour: number) => {
    const load = (asset + Math.floor(hour / 6)) % 2 === 0 ? 30 : 80;
    const drift = IDS[asset] === ODD ? Math.max(0, (hour / 24 - 3) * 1.5) : 0;
    const weather = 25 * Math.sin((hour / 24 / DAYS) * Math.PI * 3);
    return { load, oil: 60 + load / 4 + 0.4 * asset + weather + drift + 0.3 * normal() };
  };
}

afterEach(() => vi.restoreAllMocks());

/** Fettle, whose work of every ten minutes the test does when it wants. */
async function startWithHousekeeping(): Promise<{ fettle: TestFettle; housekeeping: () => Promise<unknown> }> {
  const works: (() => void | Promise<void>)[] = [];
  const every = systemClock.every.bind(systemClock);
  vi.spyOn(systemClock, 'every').mockImplementation((period, work) => {
    if (period === 10 * MINUTE) works.push(work);
    return every(period, work);
  });
  const assets = IDS.map((id) => ({ id, model: MODEL.id, site: 'plant' }));
  const fettle = await startFettle({ models: [MODEL], assets });
  return { fettle, housekeeping: () => Promise.all(works.map((work) => work())) };
}

it('of a fleet that follows the weather only the one that parts from it has a ticket', async () => {
  const { fettle, housekeeping } = await startWithHousekeeping();
  const from = Math.floor(Date.now() / SECOND) * SECOND - DAYS * DAY;
  const values = oilOf();
  for (let hour = 0; hour <= DAYS * 24; hour++) {
    await Promise.all(IDS.map((id, at) => fettle.send(id, { ts: from + hour * HOUR, ...values(at, hour) })));
  }
  await fettle.settled();
  expect(await fettle.tickets(ODD)).toEqual([]);

  await housekeeping();
  const now = Date.now();
  for (const second of [1, 2]) {
    await Promise.all(IDS.map((id, at) => fettle.send(id, { ts: now + second * SECOND, ...values(at, DAYS * 24) })));
  }
  await fettle.settled();
  const tickets = await Promise.all(IDS.map((id) => fettle.tickets(id)));
  expect(IDS.filter((_, at) => tickets[at]!.length > 0)).toEqual([ODD]);
  const { evidence, summary } = await fettle.ticket(ODD);
  expect(evidence).toMatchObject({ kind: 'anomaly', peers: { count: 7 }, duty: { metricId: 'load' } });
  expect(JSON.stringify(summary)).toContain('among 7 peers at load');
});
