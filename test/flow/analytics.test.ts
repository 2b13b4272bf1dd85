import { expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/domain/time.ts';
import type { TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { API_KEY } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';

/** The beginning of a UTC day. */
const T0 = Math.floor(Date.now() / DAY) * DAY - 10 * DAY;
const iso = (time: number) => new Date(time).toISOString();

const fettle = useFettle(() => ({
  assets: [rigAsset('pump', T0 - HOUR, { customer: 'ACME', batch: 'B1' }), rigAsset('spare', T0 - HOUR)],
}));

interface Reliability {
  readonly operatingHours: number;
  readonly basis: string;
  readonly mtbfHours?: number;
  readonly interval?: { readonly lowHours: number; readonly highHours: number };
  readonly failures: { readonly critical: number };
}

it('from what a machine counted to what is billed, and from what failed to what it says of rule, batch and customer', async () => {
  for (let hour = 0; hour <= 96; hour += 4) await fettle.send('pump', { ts: T0 + hour * HOUR, hours: 860 + hour });
  await fettle.settled();
  const { id } = await fettle.ticket('pump');
  await fettle.api.post<TicketDocument>(`/tickets/${id}/close`, {
    outcome: 'failure-found',
    found: 'critical',
    replaced: { at: iso(T0 + 96 * HOUR), reading: 956, removed: 'failed' },
    downtimeMinutes: 120,
  });
  await fettle.settled();
  await fettle.app.pipeline.checkpoint.run();

  const range = `from=${iso(T0)}&to=${iso(T0 + 10 * DAY)}`;
  const counted = await fettle.api.get<{ items: { ruleId: string; used: number }[] }>(`/assets/pump/usage?${range}`);
  const used = counted.items.filter(({ ruleId }) => ruleId === 'filter-life').reduce((sum, day) => sum + day.used, 0);
  expect(used).toBeGreaterThan(70);

  const bill = await fetch(`${fettle.app.url}/api/v1/analytics/usage?${range}&period=whole&customerId=ACME`, {
    headers: { authorization: `Bearer ${API_KEY}`, accept: 'text/csv' },
  });
  const [head, ...lines] = (await bill.text()).trim().split('\r\n');
  const of = (line: string, name: string) => line.split(',')[head!.split(',').indexOf(name)];
  const line = lines.find((one) => of(one, 'ruleId') === 'filter-life')!;
  expect(Number(of(line, 'used'))).toBeCloseTo(used, 6);
  expect(of(line, 'adjusted')).toBe('0');

  const all = `from=${iso(T0)}`;
  const { total, groups } = await fettle.api.get<{
    total: Reliability;
    groups: (Reliability & { key: string | null })[];
  }>(`/analytics/reliability?${all}&by=batch&componentId=filter`);
  expect(groups.map(({ key, failures }) => [key, failures.critical])).toEqual([
    ['B1', 1],
    [null, 0],
  ]);
  const [batch] = groups;
  expect(batch).toMatchObject({ basis: 'running', operatingHours: expect.closeTo(used, 3) });
  expect(batch!.mtbfHours).toBeCloseTo(used, 3);
  // Of one failure, with 90 %: 0.211 and 19.5 times.
  expect(batch!.interval!.lowHours / used).toBeCloseTo(0.2108, 3);
  expect(batch!.interval!.highHours / used).toBeCloseTo(19.5, 1);
  expect(total.failures.critical).toBe(1);

  const { items: rules } = await fettle.api.get<{ items: Record<string, unknown>[] }>(`/analytics/rules?${all}`);
  expect(rules).toHaveLength(1);
  expect(rules[0]).toMatchObject({ modelId: 'rig', ruleId: 'filter-life' });
  const service = await fettle.api.get<{ total: object }>(`/analytics/service?${all}`);
  expect(service.total).toMatchObject({
    closed: 1,
    firstTimeFix: { undecided: 1 },
    restoring: { count: 1, meanSeconds: 7200 },
  });
  const accounts = await fettle.api.get<{ items: object[] }>(`/analytics/accounts?${all}`);
  expect(accounts.items).toMatchObject([{ customerId: 'ACME', assets: 1, openTickets: {}, rating: { count: 0 } }]);
  const parts = await fettle.api.get<{ items: { partNumber: string }[] }>('/analytics/parts-demand?horizonDays=3650');
  expect(parts.items.length).toBeGreaterThan(0);
});
