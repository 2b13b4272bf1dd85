import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { API_KEY } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 30 * DAY;
const ASSETS = ['worn', 'hot', 'calm', 'renewed'];

const fettle = useFettle(() => ({ assets: ASSETS.map((id) => rigAsset(id, T0 - 60 * DAY)) }));

interface Scored {
  readonly score: string;
  readonly reason: { readonly en: string };
  readonly [field: string]: unknown;
}
interface Failure {
  readonly id: string;
  readonly [field: string]: unknown;
}

const iso = (time: number) => new Date(time).toISOString();
const { post, all } = {
  post: <T>(path: string, body: object) => fettle.api.post<T>(path, body),
  all: <T>(path: string) => fettle.api.all<T>(path),
};
const close = (id: string, closing: object) => post<TicketDocument>(`/tickets/${id}/close`, closing);
const scores = (asset: string) => all<Scored>(`/scores?assetId=${asset}`);
const failures = (asset: string) => all<Failure>(`/failures?assetId=${asset}`);

async function overheat(asset: string): Promise<TicketDetail> {
  for (const [at, temperature] of [82, 83, 84].entries())
    await fettle.send(asset, { ts: T0 + at * MINUTE, temperature });
  await fettle.settled();
  return fettle.ticket(asset);
}

async function correct(id: string, body: object): Promise<unknown> {
  const response = await fetch(`${fettle.app.url}/api/v1/failures/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function importCsv(...lines: string[]): Promise<unknown> {
  const response = await fetch(`${fettle.app.url}/api/v1/failures/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' },
    body: `${lines.join('\n')}\n`,
  });
  return response.json();
}

describe('a prediction', () => {
  it('is scored by the condition of the part that was taken out', async () => {
    for (let hours = 890; hours <= 910; hours += 5) await fettle.send('worn', { ts: T0 + (hours - 890) * HOUR, hours });
    await fettle.settled();
    const { id } = await fettle.ticket('worn');
    const replaced = { at: iso(T0 + 15 * HOUR), removed: 'worn' };
    await close(id, { outcome: 'worn-as-expected', replaced });
    const { score } = await fettle.ticket('worn');
    expect(score).toMatchObject({
      ticketId: id,
      score: 'hit',
      ruleId: 'filter-life',
      reason: { zh: '拆下的部件已磨损。' },
    });
    expect(await scores('worn')).toEqual([score]);
    expect(await failures('worn')).toEqual([]);
  });

  it('that found a failure records it, until a person reopens its ticket', async () => {
    const { id } = await overheat('hot');
    await close(id, { outcome: 'failure-found', found: 'degraded', note: 'dry', downtimeMinutes: 5 });
    const [record, ...others] = await failures('hot');
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      componentId: 'bearing',
      failureModeId: 'overheated',
      impact: 'degraded',
      detectedBy: 'device',
      source: 'ticket',
      downtimeMinutes: 5,
      ticketId: id,
    });
    expect(await scores('hot')).toMatchObject([{ score: 'hit', failureId: record!.id }]);
    expect(await correct(record!.id, { reason: 'only a beginning', impact: 'incipient' })).toMatchObject({
      impact: 'incipient',
      source: 'ticket',
    });
    await post(`/tickets/${id}/transition`, { to: 'open', note: 'it was another machine' });
    expect([await failures('hot'), await scores('hot')]).toEqual([[], []]);
  });

  it('of which nothing was found waits, and is judged by what fails then', async () => {
    const { id } = await fettle.ticket('hot');
    await close(id, { outcome: 'no-fault-found' });
    const [waiting] = await scores('hot');
    expect(waiting).toMatchObject({ score: 'unverifiable', reviewAt: expect.any(String) });
    expect(Date.parse(waiting!.reviewAt as string) - Date.now()).toBeGreaterThan(6.9 * DAY);
    const failure = { assetId: 'hot', componentId: 'bearing', at: iso(Date.now()), detectedBy: 'customer' };
    const { id: failureId } = await post<Failure>('/failures', failure);
    const [late] = await scores('hot');
    expect(late).toMatchObject({ score: 'late', failureId, ticketId: id });
    expect(late).not.toHaveProperty('reviewAt');
  });
});

describe('failure records', () => {
  const header = 'asset,component,failure-mode,time,key';
  const at = () => iso(Date.now());
  let rows: string[];

  it('from a CSV file tell what was missed', async () => {
    rows = [`calm,filter,clogged,${at()},k1`, `calm,belt,,${at()},k2`, `calm,bearing,overheated,${iso(T0)},k3`];
    expect(await importCsv(header, ...rows)).toEqual({ recorded: 3, corrected: 0, unchanged: 0, left: 0 });
    const missed = await scores('calm');
    // What failed before the asset was known was for nobody to predict.
    expect(missed.map(({ score, componentId, ruleId }) => [score, componentId, ruleId])).toEqual([
      ['missed', 'belt', 'belt-life'],
      ['missed', 'filter', 'pressure-high'],
    ]);
    expect(await importCsv(header, ...rows)).toEqual({ recorded: 0, corrected: 0, unchanged: 3, left: 0 });
  });

  it('are corrected and taken out, with a trace, and stay so', async () => {
    const [belt, filter] = await failures('calm');
    expect([belt!.externalKey, filter!.externalKey]).toEqual(['k2', 'k1']);
    expect(await correct(filter!.id, { reason: 'it still ran', impact: 'degraded' })).toMatchObject({
      impact: 'degraded',
      externalKey: 'k1',
    });
    expect(await fettle.api.get(`/failures/${filter!.id}`)).toMatchObject({
      changes: [{ reason: 'it still ran', by: 'configuration', before: { impact: 'critical' } }],
    });
    expect(await scores('calm')).toMatchObject([{ componentId: 'belt' }]);
    await post(`/failures/${belt!.id}/remove`, { reason: 'another machine' });
    expect(await scores('calm')).toEqual([]);
    expect(await importCsv(header, ...rows)).toEqual({ recorded: 0, corrected: 1, unchanged: 1, left: 1 });
    expect((await failures('calm')).map(({ externalKey }) => externalKey)).toEqual(['k1', 'k3']);
  });

  it('are recorded all or none, and every problem has its line and column', async () => {
    const answer = await importCsv(
      `${header},ticket`,
      `calm,filter,clogged,${at()},k7,`,
      `nobody,filter,clogged,${at()},k8,`,
      `calm,wheel,,${at()},k9,`,
      `calm,filter,flat,${iso(Date.now() + DAY)},k10,T-none`,
    );
    const { problems } = answer as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual([
      '/body/3/asset',
      '/body/4/component',
      '/body/5/time',
      '/body/5/ticket',
      '/body/5/failure-mode',
    ]);
    expect((await failures('calm')).map(({ externalKey }) => externalKey)).not.toContain('k7');
  });

  it('said of another component are missed there alone', async () => {
    const said = { assetId: 'worn', componentId: 'belt', at: at(), externalKey: 'moved' };
    const missed = async () =>
      (await scores('worn')).flatMap(({ score, componentId }) => (score === 'missed' ? [componentId] : []));
    await post('/failures', said);
    expect(await missed()).toEqual(['belt']);
    await post('/failures', { ...said, componentId: 'bearing' });
    expect(await missed()).toEqual(['bearing']);
  });

  it('with a replacement start a new life of the component, once', async () => {
    for (let hours = 500; hours <= 520; hours += 5)
      await fettle.send('renewed', { ts: T0 + (hours - 500) * HOUR, hours });
    await fettle.settled();
    const replaced = { at: iso(T0 + 10 * HOUR), reading: 510, removed: 'failed' };
    const said = { assetId: 'renewed', componentId: 'filter', at: iso(T0 + 9 * HOUR), externalKey: 'k', replaced };
    await post('/failures', said);
    await post('/failures', said);
    await fettle.settled();
    const { state } = await fettle.api.get<{ state: { components: { componentId: string; used: number }[] } }>(
      '/assets/renewed',
    );
    expect(state.components.find(({ componentId }) => componentId === 'filter')!.used).toBe(10);
    const events = await all<{ type: string }>('/assets/renewed/events');
    expect(events.filter(({ type }) => type === 'component-replaced')).toMatchObject([{ ...replaced }]);
  });
});
