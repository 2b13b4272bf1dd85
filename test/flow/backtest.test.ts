import { beforeAll, describe, expect, it } from 'vitest';
import type { BacktestDetail } from '../../src/api/resources/backtest.ts';
import { type BacktestParts, backtest } from '../../src/backtest/backtest.ts';
import { planBacktest } from '../../src/backtest/plan.ts';
import type { BacktestReport, BacktestTicket, Spell } from '../../src/domain/backtest.ts';
import { type Finding, statementKey } from '../../src/domain/finding.ts';
import { severityRank } from '../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { collectTickets } from '../../src/evaluation/collect.ts';
import type { TicketRecord } from '../../src/evaluation/run.ts';
import { useFettle } from '../support/fettle.ts';
import { random } from '../support/random.ts';
import { rigAsset, rigModel } from '../support/rig.ts';
import { until } from '../support/until.ts';

const ASSETS = ['closed', 'worn', 'maintained', 'proposed', 'unknown-age'];
const MINUTES = 140;
const T0 = Math.floor(Date.now() / HOUR) * HOUR - 12 * HOUR;
const TO = T0 + MINUTES * MINUTE;

const fettle = useFettle(() => ({
  assets: [
    ...ASSETS.filter((id) => id !== 'unknown-age').map((id) =>
      rigAsset(id, T0 - 5 * DAY, { site: { maintained: 'lab', proposed: 'hall' }[id] ?? 'plant' }),
    ),
    { id: 'unknown-age', model: 'rig', site: 'plant' },
  ],
}));

/** A life in which every rule of the rig has something to say, another one for each asset. */
function* life(seed: number) {
  const draw = random(seed);
  let [temperature, pressure, running, ink] = [70, 8, 1, 14];
  for (let minute = 0; minute < MINUTES; minute++) {
    // Steps that stay a while: longer and shorter than the on-delay and off-delay.
    if (draw() < 0.12) temperature = 60 + 45 * draw();
    if (draw() < 0.2) pressure = 7 + 5 * draw();
    if (draw() < 0.2) running = draw() < 0.7 ? 1 : 0;
    ink = ink <= 4 ? 100 : ink - (draw() < 0.2 ? 1 : 0);
    yield {
      ts: T0 + minute * MINUTE,
      temperature: Math.round(10 * temperature) / 10,
      hours: 898 + minute / 30,
      ...(minute % 3 === seed % 3 && { pressure: Math.round(10 * pressure) / 10 }),
      running: running === 1 ? 'running' : 'stopped',
      ink,
    };
  }
}

async function live(from: number, to: number): Promise<void> {
  const messages = ASSETS.flatMap((id, seed) => [...life(seed)].slice(from, to).map((message) => ({ id, message })));
  await Promise.all(messages.map(({ id, message }) => fettle.send(id, message)));
  await fettle.settled();
}

/** What the backtest of today's rules says, with everything that it found. */
async function tried(to = TO): Promise<{ report: BacktestReport; findings: Finding[] }> {
  const { database, store } = fettle.app.pipeline.parts;
  const findings: Finding[] = [];
  const models = fettle.app.pipeline.fleet.models.map(({ model }) => model);
  const assets = await database.assets.all();
  const plan = planBacktest({ to, within: HOUR, candidates: models }, { models, assets });
  const parts: BacktestParts = {
    store,
    events: database.events,
    now: Date.now(),
    signal: new AbortController().signal,
    onFinding: (side, finding) => {
      if (side === 'today') findings.push(finding);
    },
  };
  return { report: await backtest(plan, parts), findings };
}

/** Statements by their keys, without what tells how they came about. */
function said(findings: readonly Finding[]) {
  const entries = findings.map(({ key, time, window, evidence, forecast = null, ruleVersion }) => {
    return [statementKey({ key }), { time, window, evidence, forecast, ruleVersion }] as const;
  });
  return Object.fromEntries(entries);
}

beforeAll(async () => {
  await live(0, 80);
  const open = (await fettle.tickets('closed')).find(({ ruleId }) => ruleId === 'temperature-high');
  expect(open).toBeDefined();
  await fettle.api.post(`/tickets/${open!.id}/close`, { outcome: 'no-fault-found' });
  const worn = (await fettle.tickets('worn')).find(({ ruleId }) => ruleId === 'filter-life');
  expect(worn).toBeDefined();
  const at = new Date(T0 + 70 * MINUTE).toISOString();
  await fettle.api.post(`/tickets/${worn!.id}/close`, { outcome: 'worn-as-expected', replaced: { at } });
  const until = new Date(T0 + 110 * MINUTE).toISOString();
  await fettle.api.post('/assets/maintained/events', { type: 'maintenance', at, until });
  await fettle.settled();
  await live(80, MINUTES);
}, 200_000);

describe('a backtest of the rules in force', () => {
  it('finds exactly what was found live', async () => {
    const { findings } = await tried();
    const { database } = fettle.app.pipeline.parts;
    const { items } = await database.findings.list({}, { limit: 500 });
    const found = items.filter(({ retractedAt, change }) => retractedAt === undefined && change !== 'updated');
    expect(found.length).toBeGreaterThan(40);
    expect(new Set(found.map(({ change }) => change))).toEqual(new Set(['raised', 'escalated', 'cleared', 'reset']));
    const again = findings.filter(({ change }) => change !== 'updated');
    expect(again).toHaveLength(found.length);
    expect(said(again)).toEqual(said(found));
  });

  it('opens, clears, opens again and closes exactly the tickets that there are', async () => {
    const { report } = await tried();
    const { database } = fettle.app.pipeline.parts;
    const { items } = await database.tickets.list({}, 'openedAt', { limit: 500 });
    const records = await collectTickets(database);
    const tickets = items.map(({ assetId, componentId, failureModeId, ruleId, mode, formerClosings = [] }) => {
      // The rounds of a ticket that was reopened after its closing.
      const rounds = [...formerClosings, undefined].map(() => {
        const at = records.findIndex(
          (one) => one.asset === assetId && one.component === componentId && one.failureMode === failureModeId,
        );
        return records.splice(at, 1)[0]!;
      });
      const severity = rounds.map((one) => one.severity).sort((a, b) => severityRank(b) - severityRank(a))[0]!;
      const spells = rounds.flatMap((round) => stoodIn(round).spells);
      const what = [assetId, componentId, failureModeId, ruleId, mode, severity].join(' ');
      return { what, openedAt: rounds[0]!.openedAt, spells };
    });
    expect(items.filter(({ reopened }) => reopened > 0)).toHaveLength(1);
    const order = (a: ReturnType<typeof told>, b: typeof a) => a.openedAt - b.openedAt || (a.what < b.what ? -1 : 1);
    expect(report.today.tickets.map(told).sort(order)).toEqual(tickets.sort(order));
    expect(new Set(tickets.flatMap(({ spells }) => spells.map(({ end }) => end))).size).toBe(3);
    expect(tickets.some(({ spells }) => spells.length > 2)).toBe(true);
    expect(report.candidate.tickets).toEqual(report.today.tickets);
    expect(report.candidate.rules.every(({ change }) => change === 'same')).toBe(true);
  });

  it('says of the past the same whatever comes after it', async () => {
    const whole = await tried();
    for (const minute of [30, 81, 120]) {
      const to = T0 + minute * MINUTE;
      const { findings, report } = await tried(to);
      expect(findings.length).toBeGreaterThan(0);
      expect(said(findings)).toEqual(said(whole.findings.filter(({ time }) => time < to)));
      const opened = (tickets: readonly BacktestTicket[]) =>
        tickets
          .filter(({ openedAt }) => openedAt < to)
          .map(({ assetId, ruleId, openedAt }) => [assetId, ruleId, openedAt]);
      expect(opened(report.today.tickets)).toEqual(opened(whole.report.today.tickets));
    }
  });
});

describe('a backtest through the API', () => {
  const ask = (model: object, more: object = {}) =>
    fettle.api.post<{ id: string }>('/backtests', {
      models: [{ fileName: 'rig.yaml', yaml: JSON.stringify(model) }],
      to: new Date(TO).toISOString(),
      withinSeconds: 3600,
      ...more,
    });

  async function answer(id: string): Promise<BacktestDetail> {
    let got: BacktestDetail | undefined;
    await until('the backtest', async () => {
      got = await fettle.api.get<BacktestDetail>(`/backtests/${id}`);
      return got.status === 'done' || got.status === 'failed';
    });
    return got!;
  }

  it('tries changed rules beside those in force, and changes nothing', async () => {
    const before = await fettle.tickets('worn');
    const cooler = JSON.parse(JSON.stringify(rigModel()).replace('"limit":80', '"limit":65')) as object;
    const { id } = await ask(cooler, { assetIds: ['worn', 'closed'] });
    const { status, progress, report } = await answer(id);
    expect({ status, progress }).toEqual({ status: 'done', progress: 1 });
    expect(report!.history).toMatchObject({ resolution: 'raw', assets: 2 });
    const rule = (side: 'today' | 'candidate') =>
      report![side].rules.find(({ ruleId }) => ruleId === 'temperature-high');
    expect(rule('candidate')).toMatchObject({ change: 'changed', observes: false, faults: 0 });
    expect(report!.candidate.rules.filter(({ change }) => change !== 'same')).toHaveLength(1);
    const opened = (side: 'today' | 'candidate') =>
      report![side].tickets.find(({ assetId, ruleId }) => assetId === 'worn' && ruleId === 'temperature-high');
    expect(opened('candidate')!.openedAt < opened('today')!.openedAt).toBe(true);
    expect(await fettle.tickets('worn')).toEqual(before);
    const listed = await fettle.api.all<{ id: string }>('/backtests');
    expect(listed.map((one) => one.id)).toContain(id);
    await fettle.api.delete(`/backtests/${id}`);
    await expect(fettle.api.get(`/backtests/${id}`)).rejects.toThrow('404');
  });

  it('judges by the failures that are told', async () => {
    const [ticket] = (await tried()).report.today.tickets.filter(
      ({ assetId, componentId }) => assetId === 'proposed' && componentId === 'bearing',
    );
    const at = new Date(ticket!.spells.at(-1)!.to - MINUTE).toISOString();
    const failures = [
      { assetId: 'proposed', componentId: 'bearing', at },
      { assetId: 'worn', componentId: 'belt', at },
      { assetId: 'nowhere', componentId: 'belt', at },
    ];
    const { id } = await ask(rigModel(), { failures });
    const { report } = await answer(id);
    expect(report!.failures).toEqual({ given: 3, judged: 2, leftOut: 1, areRecords: false });
    expect(report!.candidate.figures).toMatchObject({ hits: 1, misses: 1 });
    const belt = report!.candidate.rules.find(({ ruleId }) => ruleId === 'belt-life');
    expect(belt!.figures).toMatchObject({ hits: 0, misses: 1 });
    const [missed, hit] = [...report!.candidate.failures].sort((a) => (a.warningSeconds === undefined ? -1 : 1));
    expect(missed!.warningSeconds).toBeUndefined();
    expect(hit!.warningSeconds).toBeGreaterThan(0);
  });

  it('is refused with every mistake in the models, and for assets that are not theirs', async () => {
    const wrong = { ...rigModel(), metrics: 'none' };
    await expect(ask(wrong)).rejects.toThrow(/422.*\/models\/0\/yaml.*rig\.yaml:1: metrics/s);
    await expect(ask(rigModel(), { assetIds: ['worn', 'nowhere'] })).rejects.toThrow(
      /no asset 'nowhere' is registered/,
    );
  });
});

function told({ assetId, componentId, failureModeId, ruleId, severity, openedAt, mode, spells }: BacktestTicket) {
  return { what: [assetId, componentId, failureModeId, ruleId, mode, severity].join(' '), openedAt, spells };
}

/** The times in which a live ticket stood, by what was found of it. */
function stoodIn({ openedAt, reopenedAt, clearedAt, closedAt }: TicketRecord) {
  const starts = [openedAt, ...reopenedAt];
  const spells = starts.map((from, at): Spell => {
    const cleared = clearedAt.find((time) => time >= from && time <= (starts[at + 1] ?? TO));
    if (cleared !== undefined && !(closedAt! < cleared)) return { from, to: cleared, end: 'cleared' };
    return closedAt === undefined ? { from, to: TO, end: 'standing' } : { from, to: closedAt, end: 'closed' };
  });
  return { openedAt, spells };
}
