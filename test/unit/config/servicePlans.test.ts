import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseModel } from '../../../src/config/parseModel.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { Asset, makeEvent, T0 } from '../rules/history.ts';

const text = (en: string) => ({ en, zh: en });

function read(...servicePlans: object[]) {
  const model = {
    id: 'pump',
    name: text('Pump'),
    metrics: [{ id: 'hours', kind: 'number', unit: 'h' }],
    servicePlans,
    components: [{ id: 'oil', name: text('Oil'), failureModes: [{ id: 'aged', name: text('Aged') }] }],
  };
  return parseModel(stringify(model), 'pump.yaml');
}

function problemsOf(...plans: object[]): string[] {
  const parsed = read(...plans);
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

function modelOf(...plans: object[]): AssetModel {
  const parsed = read(...plans);
  if ('model' in parsed) return parsed.model;
  throw new Error(JSON.stringify(parsed.problems));
}

const OIL = { id: 'oil-change', title: text('Oil change') };
const START_UP = { ...OIL, id: 'start-up' };
const at = (days: number) => T0 + days * DAY;
let events = 0;

function installed(componentId: string, days: number, recorded = days) {
  const event = { type: 'component-installed', componentId, at: at(days), reading: 0, id: `e${events++}` } as const;
  return { ...makeEvent(event), recordedAt: at(recorded) };
}

function done(days: number, mode = 'oil-change', componentId = 'asset') {
  return ended(days, undefined, componentId, mode);
}

function ended(days: number, as?: 'cancelled' | 'voided', componentId = 'asset', failureModeId = 'oil-change') {
  const id = `e${events++}`;
  const how = as && { endedAs: as };
  return makeEvent({ id, type: 'ticket-closed', componentId, failureModeId, ticketId: id, at: at(days), ...how });
}

function changed(days: number, added: readonly string[] = []) {
  return makeEvent({ id: `e${events++}`, type: 'rules-changed', at: at(days), ruleIds: ['oil-change'], added });
}

/** What it says, with the days from T0 on which. */
function saidOf(asset: Asset): string[] {
  return asset.findings
    .filter(({ change }) => change !== 'updated')
    .map(({ change, time }) => `${change} ${((time - T0) / DAY).toFixed(1)}`);
}

describe('a plan by the calendar', () => {
  it('is due so long after it was last done, and opens a lead ahead', () => {
    const asset = new Asset(modelOf({ ...OIL, first: '30d', every: '100d', lead: '10d' }));
    asset.take(installed('asset', 0));
    asset.tick(at(200));
    expect(saidOf(asset)).toEqual(['raised 20.0']);
    expect(asset.findings[0]).toMatchObject({
      componentId: 'asset',
      failureModeId: 'oil-change',
      severity: 'info',
      evidence: { kind: 'calendar', of: 'service', due: at(30) },
    });
    asset.take(done(210));
    asset.tick(at(400));
    expect(saidOf(asset)).toEqual(['raised 20.0', 'raised 300.0']);
    // Before it is due, and still it is done.
    asset.take(done(401));
    asset.tick(at(480));
    expect(saidOf(asset)).toHaveLength(2);
    asset.tick(at(500));
    expect(saidOf(asset)).toEqual(['raised 20.0', 'raised 300.0', 'raised 491.0']);
  });

  it('keeps to its dates where it is fixed', () => {
    const asset = new Asset(modelOf({ ...OIL, first: '30d', every: '100d', lead: '10d', counted: 'fixed' }));
    asset.take(installed('asset', 0));
    asset.tick(at(25));
    asset.take(done(25));
    asset.tick(at(119));
    expect(saidOf(asset)).toEqual(['raised 20.0']);
    asset.tick(at(121));
    expect(saidOf(asset)).toEqual(['raised 20.0', 'raised 120.0']);
  });

  it('once after commissioning is over with that, and for a machine that is long in use', () => {
    const model = modelOf({ ...START_UP, first: '7d', lead: '2d' });
    const asset = new Asset(model);
    asset.take(installed('asset', 0));
    asset.tick(at(6));
    asset.take(done(8, 'start-up'));
    asset.tick(at(900));
    expect(saidOf(asset)).toEqual(['raised 5.0']);
    const old = new Asset(model);
    old.take(installed('asset', 0, 700));
    old.tick(at(900));
    expect(saidOf(old)).toEqual([]);
  });

  it.each(['done', 'fixed'])('is skipped by a person who cancels it, up to its next date (counted: %s)', (counted) => {
    const plan = { ...OIL, first: '30d', every: '100d', lead: '10d', counted };
    const asset = new Asset(modelOf(plan));
    asset.take(installed('asset', 0));
    asset.tick(at(25));
    asset.take(ended(25, 'cancelled'));
    asset.tick(at(119));
    expect(saidOf(asset)).toEqual(['raised 20.0']);
    asset.tick(at(125));
    expect(saidOf(asset)).toEqual(['raised 20.0', 'raised 120.0']);
    // The date of day 230 is over as well.
    asset.take(ended(260, 'cancelled'));
    asset.tick(at(319));
    expect(saidOf(asset)).toHaveLength(2);
    asset.tick(at(325));
    expect(saidOf(asset)).toEqual(['raised 20.0', 'raised 120.0', 'raised 320.0']);
  });

  it('once is over when a person cancels it', () => {
    const asset = new Asset(modelOf({ ...START_UP, first: '7d', lead: '2d' }));
    asset.take(installed('asset', 0));
    asset.tick(at(6));
    asset.take(ended(6, 'cancelled', 'asset', 'start-up'));
    asset.tick(at(900));
    expect(saidOf(asset)).toEqual(['raised 5.0']);
  });

  it('is still to be done where the version of the plan was voided, and is said anew by the next', () => {
    const asset = new Asset(modelOf({ ...OIL, every: '100d', lead: '10d' }));
    asset.take(installed('asset', 0));
    asset.tick(at(95));
    asset.take(ended(120, 'voided'));
    asset.tick(at(400));
    expect(saidOf(asset)).toEqual(['raised 90.0']);
    asset.take(changed(401));
    expect(saidOf(asset)).toEqual(['raised 90.0', 'raised 401.0']);
    // A ticket of its own.
    expect(asset.findings[1]).toMatchObject({ start: at(120), evidence: { due: at(100) } });
  });

  it('that is overdue stays so when the plan is edited', () => {
    const asset = new Asset(modelOf({ ...OIL, every: '100d', lead: '10d' }));
    asset.take(installed('asset', 0));
    asset.tick(at(130));
    asset.take(changed(140));
    expect(saidOf(asset)).toEqual(['raised 90.0', 'raised 140.0']);
    expect(asset.findings[1]).toMatchObject({ start: at(90), evidence: { due: at(100) } });
  });

  it('counts as done where its date is from before the plan was written, also after the plan is edited', () => {
    for (const edited of [false, true]) {
      const asset = new Asset(modelOf({ ...OIL, every: '100d', lead: '10d', counted: 'fixed' }));
      const changes = [changed(140, ['oil-change']), ...(edited ? [changed(150)] : [])];
      asset.fold.announce(changes);
      asset.take(installed('asset', 0));
      asset.tick(at(130));
      for (const change of changes) asset.take(change);
      asset.tick(at(189));
      expect(asset.findings.filter(({ dormant }) => !dormant)).toEqual([]);
      asset.tick(at(195));
      expect(asset.findings.filter(({ dormant }) => !dormant)).toMatchObject([{ change: 'raised', time: at(190) }]);
    }
  });

  it('goes on with the next date of a machine that is long in use', () => {
    const asset = new Asset(modelOf({ ...OIL, every: '100d', lead: '10d' }));
    asset.take(installed('asset', 0, 730));
    asset.tick(at(780));
    expect(saidOf(asset)).toEqual([]);
    asset.tick(at(795));
    expect(saidOf(asset)).toEqual(['raised 790.0']);
  });
});

describe('a plan by use', () => {
  const plan = { ...OIL, component: 'oil', counter: 'hours', use: 1000, every: '365d', lead: '10d' };
  const run = (asset: Asset, from: number, to: number, perDay: number) => {
    let hours = asset.fold.state.values[0] || 0;
    for (let time = at(from); time <= at(to); time += 6 * HOUR) {
      asset.take({ metric: 0, time, value: hours });
      hours += perDay / 4;
    }
  };

  it('is due by use or by the calendar, whichever comes first, from the last service on', () => {
    const asset = new Asset(modelOf(plan));
    asset.take(installed('oil', 0));
    run(asset, 0, 45, 20);
    // 1000 h are up on day 50.
    expect(saidOf(asset)).toHaveLength(1);
    const [raised] = asset.findings;
    expect((raised!.time - T0) / DAY).toBeCloseTo(40, -0.5);
    expect(raised).toMatchObject({ severity: 'info', evidence: { kind: 'usage', of: 'service', life: 1000 } });
    asset.take(done(45.1, 'oil-change', 'oil'));
    run(asset, 45.2, 60, 20);
    expect(saidOf(asset).slice(1)).toEqual(['reset 45.1']);
    // It hardly runs any more: the calendar is sooner.
    run(asset, 60.2, 400, 0.1);
    asset.tick(at(405));
    const last = asset.findings.at(-1)!;
    expect(last.change).toBe('raised');
    expect((last.start - T0) / DAY).toBeCloseTo(45.1 + 365 - 10, 5);
  });
});

describe('a ticket of a plan by use that was not closed', () => {
  const plan = { ...OIL, component: 'oil', counter: 'hours', use: 1000, lead: '10d' };
  const levelAfter = (as: 'cancelled' | 'voided') => {
    const asset = new Asset(modelOf(plan));
    asset.take(installed('oil', 0));
    for (let day = 0; day <= 45; day++) asset.take({ metric: 0, time: at(day), value: 20 * day });
    asset.take(ended(45.1, as, 'oil'));
    return asset.view(at(46)).level;
  };

  it('counts anew from there where a person cancelled it, and goes on where the plan was voided', () => {
    expect([levelAfter('cancelled'), levelAfter('voided')]).toEqual([0, 1]);
  });
});

describe('what its component is told by', () => {
  const plan = { ...OIL, component: 'oil', counter: 'hours', use: 1000, every: '365d', lead: '10d' };

  it('is no life nor forecast of it', () => {
    const asset = new Asset(modelOf(plan));
    asset.take(installed('oil', 0));
    expect(asset.view(at(0))).toEqual({ level: 0 });
    for (let day = 0; day <= 45; day++) asset.take({ metric: 0, time: at(day), value: 20 * day });
    expect(asset.view(at(45))).toEqual({ level: 1 });
    const unknown = new Asset(modelOf(plan));
    unknown.take({ metric: 0, time: at(0), value: 5 });
    expect(unknown.view(at(1))).toEqual({ level: 1 });
  });
});

describe('its check', () => {
  it.each([
    [{ ...OIL }, 'servicePlans[0]: say when it is due: give first, every, or counter and use'],
    [{ ...OIL, counter: 'hours' }, 'servicePlans[0].counter: say in use how much of it lies between two services'],
    [{ ...OIL, use: 5 }, 'servicePlans[0].use: needs a counter that counts it'],
    [
      { ...OIL, counter: 'hours', use: 5, counted: 'fixed' },
      'servicePlans[0].counted: use is counted from the last service; leave it out',
    ],
    [
      { ...OIL, component: 'oli', every: '90d' },
      "servicePlans[0].component: the model has no component 'oli', did you mean 'oil'?",
    ],
    [
      { ...OIL, id: 'aged', component: 'oil', every: '90d' },
      "servicePlans[0].id: 'aged' is a failure mode already; name the plan otherwise",
    ],
  ])('says what is wrong with %j', (plan, problem) => {
    expect(problemsOf(plan)).toEqual([expect.stringContaining(problem)]);
  });

  it('names what its rule would not take, and two of one id', () => {
    expect(problemsOf({ ...OIL, counter: 'hour', use: 5 })).toEqual([
      expect.stringMatching(/^servicePlans\[0\]\.counter: the model has no metric 'hour'/),
    ]);
    expect(problemsOf({ ...OIL, every: '9d', lead: '14d' })).toEqual([
      expect.stringMatching(/must be longer than the lead/),
    ]);
    expect(problemsOf({ ...OIL, every: '90d' }, { ...OIL, every: '90d' })).toEqual([
      expect.stringMatching(/'oil-change' is there twice/),
    ]);
  });
});
