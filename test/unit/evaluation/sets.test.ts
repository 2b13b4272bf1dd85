import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/domain/finding.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/domain/time.ts';
import type { Measure } from '../../../src/evaluation/measure.ts';
import { measureAzure } from '../../../src/evaluation/sets/azure.ts';
import { measureBattery } from '../../../src/evaluation/sets/battery.ts';
import { measureBearings } from '../../../src/evaluation/sets/bearings.ts';
import { measureCompressor } from '../../../src/evaluation/sets/compressor.ts';
import { measureFilter } from '../../../src/evaluation/sets/filter.ts';
import { measureFleet } from '../../../src/evaluation/sets/fleet.ts';
import { measureHydraulics } from '../../../src/evaluation/sets/hydraulics.ts';
import { measureNab } from '../../../src/evaluation/sets/nab.ts';
import { measureSkab } from '../../../src/evaluation/sets/skab.ts';
import { measureToolWear } from '../../../src/evaluation/sets/toolWear.ts';
import { finding, run, ticket } from './record.ts';

const met = ({ goals }: Measure) => Object.fromEntries(goals.map((goal) => [goal.figure, goal.met]));
const hits = (figure: unknown) => figure as { hits: number; of: number };

describe('tool-wear', () => {
  const wears = [100, 178, 181, 210, 0, 90, 182, 205, 0, 10, 20];
  const jobs = wears.map((wear, at) => ({ time: at * HOUR, wear }));
  const changes = [
    { lastJob: 3 * HOUR, firstJob: 4 * HOUR, wear: 210 },
    { lastJob: 7 * HOUR, firstJob: 8 * HOUR, wear: 205 },
  ];
  const replaced = { asset: 'm', outcome: 'replaced-detected', status: 'closed' } as const;
  const first = ticket({ ...replaced, openedAt: 2 * HOUR, closedAt: 6 * HOUR });

  it('wants a ticket at the first job that is due, closed by the reset', () => {
    const measure = measureToolWear(run([first, ticket({ ...replaced, openedAt: 6 * HOUR, closedAt: 8 * HOUR })]), {
      changes,
      jobs,
    });
    expect(met(measure)).toEqual({
      ticket_at_90_percent: true,
      closed_by_reset: true,
      other_tickets: true,
      tickets: true,
    });
  });

  it('sees a missed change, one closed by hand, and one ticket too many', () => {
    const byHand = ticket({ asset: 'm', openedAt: 2 * HOUR, closedAt: 4 * HOUR, outcome: 'worn-as-expected' });
    const measure = measureToolWear(run([byHand, ticket({ asset: 'm', openedAt: 9 * HOUR })]), { changes, jobs });
    expect(measure.figures).toMatchObject({
      ticket_at_90_percent: { hits: 1, of: 2 },
      closed_by_reset: { hits: 0 },
      other_tickets: 1,
    });
  });
});

describe('compressor', () => {
  const oilChange = [10 * DAY, 11 * DAY] as const;
  const truth = { asset: 'c', hours: 100, from: 0, to: 30 * DAY, oilChange };
  const oil = { asset: 'c', component: 'oil', failureMode: 'oil-aged', openedAt: HOUR };
  const sensor = ticket({ asset: 'c', openedAt: HOUR, component: 'sensor', failureMode: 'sensor-fault' });
  const machine = { componentId: 'machine', health: 'good', used: 100, rules: [] } as const;
  const end = { health: 'good', values: {}, inMaintenance: false, components: [machine] } as const;

  it('wants one oil ticket that ends after the change, exact hours and one sensor fault', () => {
    const measure = measureCompressor(run([ticket({ ...oil, clearedAt: [12 * DAY] }), sensor], { c: { end } }), truth);
    expect(measure.goals.map(({ met: is }) => is)).toEqual(Array(8).fill(true));
  });

  it('sees one closed too early, a second one, an offline ticket and lost hours', () => {
    const silence = finding('raised', DAY);
    const tickets = [
      ticket({ ...oil, clearedAt: [5 * DAY], reopenedAt: [6 * DAY] }),
      ticket({ ...oil, openedAt: 20 * DAY }),
    ];
    const used = { ...end, components: [{ ...machine, used: 99.5 }] };
    const measure = measureCompressor(run(tickets, { c: { end: used, findings: [silence] } }), truth);
    expect(met(measure)).toMatchObject({
      oil_tickets: false,
      oil_reopened: false,
      offline_tickets: false,
      hours_counted: false,
      sensor_tickets: false,
    });
  });
});

describe('filter', () => {
  const runs = ['a', 'b', 'c'].map((asset) => ({ asset, failsAt: 100 * HOUR, lastTime: 100 * HOUR }));
  const observation = (time: number, left: number) => ({
    time,
    component: 'filter',
    health: 'good' as const,
    forecast: { p10: time + (left - 5) * HOUR, p50: time + left * HOUR, p90: time + (left + 5) * HOUR },
  });

  it('counts warning times, what is too early or ended, and the error of P50', () => {
    const tickets = [
      ticket({ asset: 'a', component: 'filter', openedAt: 80 * HOUR }),
      ticket({ asset: 'b', component: 'filter', openedAt: 30 * HOUR, clearedAt: [40 * HOUR], reopenedAt: [41 * HOUR] }),
      ticket({ asset: 'c', component: 'filter', openedAt: 95 * HOUR }),
    ];
    const a = { observations: [observation(50 * HOUR, 52), observation(90 * HOUR, 20)] };
    const { figures } = measureFilter(run(tickets, { a }), { runs });
    expect(figures).toMatchObject({
      ticket_10h_ahead: { hits: 2, of: 3 },
      more_than_60h_early: 1,
      ended_before_failure: 1,
      rul_mae: 6,
    });
    expect(figures.coverage_p10_p90).toMatchObject({ hits: 1, of: 2 });
  });
});

describe('azure', () => {
  const heard = new Map([['m', Array.from({ length: 2000 }, (_, at) => at * HOUR)]]);
  const failures = [
    { asset: 'm', component: 'comp1', time: 500 * HOUR },
    { asset: 'm', component: 'comp2', time: 900 * HOUR },
  ];
  const at = (component: string, openedAt: number, rest = {}) => ticket({ asset: 'm', component, openedAt, ...rest });

  it('wants a ticket on the right component, in time and not over before the failure', () => {
    const tickets = [
      at('comp1', 480 * HOUR, { closedAt: 500 * HOUR }),
      at('comp2', 880 * HOUR, { clearedAt: [885 * HOUR] }),
      at('comp3', 890 * HOUR),
      at('comp1', 1500 * HOUR),
    ];
    const { figures } = measureAzure(run(tickets), { failures, heard });
    expect(figures).toMatchObject({
      caught_12h_ahead: { hits: 1, of: 2 },
      false_episodes: 2,
      false_in_clean_hours: 1,
      median_hours_ahead: 20,
    });
    expect(figures.false_per_clean_machine_year).toBeCloseTo(1 / ((2000 - 2 * 168) / (365.25 * 24)), 10);
  });

  it('does not take a ticket for one about a failure eleven hours or eight days later', () => {
    const { figures } = measureAzure(run([at('comp1', 489 * HOUR), at('comp2', 700 * HOUR)]), { failures, heard });
    expect(hits(figures.caught_12h_ahead)).toMatchObject({ hits: 0 });
    expect(figures.false_episodes).toBe(1);
  });
});

describe('skab', () => {
  const times = Array.from({ length: 1000 }, (_, at) => at * SECOND);
  const marked = times.map((time) => ({ time, anomalous: time >= 600 * SECOND && time < 800 * SECOND }));
  const faulty = { asset: 'a', from: 0, to: 999 * SECOND, marked, fault: [600 * SECOND, 799 * SECOND] as const };
  const sound = { asset: 'b', from: 0, to: 999 * SECOND, marked: [] };
  const evidence = { kind: 'threshold' } as Evidence;

  it('wants an alarm within a minute of the fault and F1 by message', () => {
    const findings = [finding('raised', 650 * SECOND, { evidence }), finding('cleared', 850 * SECOND, { evidence })];
    const measure = measureSkab(run([ticket({ asset: 'a', openedAt: 650 * SECOND })], { a: { findings } }), {
      runs: [faulty, sound],
    });
    expect(Object.values(met(measure))).toEqual([true, true, true, true]);
    expect(measure.figures).toMatchObject({ precision: 0.75, recall: 0.75, f1: 0.75 });
  });

  it('sees an early alarm, a late one, a second ticket and one on a sound run', () => {
    const tickets = [500, 661].map((second) => ticket({ asset: 'a', openedAt: second * SECOND }));
    const measure = measureSkab(run([...tickets, ticket({ asset: 'b', openedAt: 0 })]), { runs: [faulty, sound] });
    expect(Object.values(met(measure))).toEqual([false, false, false, false]);
  });
});

describe('nab', () => {
  it('finds windows by what is raised in them, and divides the rest by the months outside', () => {
    const windows = [[10 * DAY, 20 * DAY] as const, [50 * DAY, 60 * DAY] as const];
    const tickets = [ticket({ asset: 'o', openedAt: 15 * DAY, reopenedAt: [30 * DAY, 40 * DAY] })];
    const measure = measureNab(run(tickets), { asset: 'o', windows, from: 0, to: 80 * DAY });
    expect(measure.figures).toMatchObject({
      windows_found: { hits: 1, of: 2 },
      raised_outside: 2,
      months_outside: 2,
      outside_per_month: 1,
    });
    expect(met(measure)).toEqual({ windows_found: false, outside_per_month: true });
  });
});

describe('bearings', () => {
  const truth = { assets: ['b1', 'b2'], failed: 'b1', from: 0, to: 100 * HOUR };

  it('wants the failed bearing first, in time', () => {
    const measure = measureBearings(
      run([ticket({ asset: 'b1', openedAt: 60 * HOUR }), ticket({ asset: 'b2', openedAt: 70 * HOUR })]),
      truth,
    );
    expect(Object.values(met(measure))).toEqual([true, true, true]);
  });

  it('sees a healthy one first, and a late one', () => {
    const measure = measureBearings(
      run([ticket({ asset: 'b2', openedAt: 59 * HOUR }), ticket({ asset: 'b1', openedAt: 65 * HOUR })]),
      truth,
    );
    expect(Object.values(met(measure))).toEqual([false, false, false]);
  });
});

describe('battery', () => {
  const cells = [{ asset: 'c', cycles: 150, end: { cycle: 100, time: 100 * DAY } }];
  const cyclesBetween = (from: number, to: number) => (to - from) / DAY;

  it.each([
    [90, true],
    [60, true],
    [91, false],
    [59, false],
    [101, false],
  ])('judges a ticket at cycle %i', (cycle, isMet) => {
    const tickets = [ticket({ asset: 'c', component: 'cell', openedAt: cycle * DAY })];
    expect(met(measureBattery(run(tickets), { cells, cyclesBetween })).ticket_10_to_40_cycles_ahead).toBe(isMet);
  });

  it('sees a recovery that was taken for a new cell', () => {
    const measure = measureBattery(run([], { c: { findings: [finding('reset', 5)] } }), { cells, cyclesBetween });
    expect(met(measure).recoveries_taken_for_replacements).toBe(false);
  });
});

describe('hydraulics', () => {
  it('compares the health of cooler and pump with how the rig was set, on stable cycles', () => {
    const settings = [
      [100, 0, true, 'good', 'good'],
      [20, 1, true, 'warning', 'critical'],
      [3, 2, true, 'good', 'critical'],
      [3, 2, false, 'good', 'good'],
    ] as const;
    const cycles = settings.map(([cooler, leak, stable], at) => ({ time: at * MINUTE, cooler, leak, stable }));
    const observations = settings.flatMap(([, , , cooler, pump], at) => [
      { time: at * MINUTE, component: 'cooler', health: cooler },
      { time: at * MINUTE, component: 'pump', health: pump },
    ]);
    const { figures } = measureHydraulics(run([], { h: { observations } }), { asset: 'h', cycles });
    expect(figures).toMatchObject({
      stable_cycles: 3,
      cooler_state: { hits: 2, of: 3 },
      cooler_fault: { hits: 2 },
      leak_state: { hits: 2 },
      leak_fault: { hits: 3 },
    });
  });
});

describe('fleet', () => {
  const failure = (asset: string, rest = {}) => ({
    asset,
    component: 'part',
    failureMode: 'worn',
    onset: 10 * DAY,
    failsAt: 50 * DAY,
    repairedAt: 51 * DAY,
    prevented: false,
    ...rest,
  });
  const truth = {
    failures: [failure('a'), failure('b'), failure('c'), failure('d', { prevented: true, repairedAt: 45 * DAY })],
    assets: ['a', 'b', 'c', 'd'],
    from: 0,
    to: 100 * DAY,
  };
  const at = (asset: string, day: number) => ticket({ asset, openedAt: day * DAY, partLeadTime: 7 * DAY });

  it('wants tickets a lead time ahead, none missed, and none about nothing', () => {
    const { figures } = measureFleet(run([at('a', 43), at('b', 44), at('c', 9), at('d', 30)]), truth);
    expect(figures).toMatchObject({
      failures: 3,
      ticket_lead_time_ahead: { hits: 1, of: 3 },
      failures_missed: 1,
      repaired_before: { hits: 1, of: 1 },
      false_tickets: 1,
    });
    expect(figures.false_per_asset_year).toBeCloseTo(365.25 / 400, 10);
  });
});
