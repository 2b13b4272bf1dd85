import { describe, expect, it } from 'vitest';
import type { EngineFleet } from '../../../simulators/datasets/cmapss.ts';
import { HOUR } from '../../../src/domain/time.ts';
import type { AssetRecord, Observation, Run, TicketRecord } from '../../../src/evaluation/run.ts';
import { measureRunsToFailure, measureTest } from '../../../src/evaluation/sets/cmapssMeasure.ts';

const ENGINES = [
  { asset: 'engine-1', unit: 1, lastCycle: 100 },
  { asset: 'engine-2', unit: 2, lastCycle: 80 },
];
const FLEET: EngineFleet = {
  files: [],
  devices: [],
  items: [],
  engines: ENGINES,
  cycleAt: (time) => Math.floor(time / HOUR),
  timeOf: (cycle) => cycle * HOUR,
};

/** Seen at a cycle, with so many cycles left at P10, P50 and P90. */
function seen(cycle: number, ...[p10, p50, p90]: [number, number, number]): Observation {
  const at = (left: number) => (cycle + left) * HOUR;
  return {
    time: cycle * HOUR,
    component: 'engine',
    health: 'good' as Observation['health'],
    forecast: { p10: at(p10), p50: at(p50), p90: at(p90) },
  };
}

function runOf(observations: Readonly<Record<string, readonly Observation[]>>, openedAt: Record<string, number>): Run {
  const record = (own: readonly Observation[]) => ({ findings: [], observations: own }) as unknown as AssetRecord;
  return {
    assets: new Map(Object.entries(observations).map(([asset, own]) => [asset, record(own)])),
    tickets: Object.entries(openedAt).map(
      ([asset, cycle]) => ({ asset, component: 'engine', openedAt: cycle * HOUR }) as TicketRecord,
    ),
    refused: {},
  };
}

describe('the measure of C-MAPSS', () => {
  it('takes the forecast after the last row, its mean by Swanson, cut at 125 as the truth is', () => {
    const run = runOf(
      { 'engine-1': [seen(50, 1, 2, 3), seen(100, 10, 20, 40)], 'engine-2': [seen(80, 100, 150, 200)] },
      { 'engine-1': 95 },
    );
    const { figures } = measureTest(run, FLEET, [20, 140]);
    // 0.3 · 10 + 0.4 · 20 + 0.3 · 40 = 23 against 20; 0.3 · 100 + 0.7 · 125 = 117.5 against 125.
    expect(figures.rmse).toBeCloseTo(Math.sqrt((3 ** 2 + 7.5 ** 2) / 2), 9);
    expect(figures.score).toBeCloseTo(Math.exp(3 / 10) - 1 + Math.exp(7.5 / 13) - 1, 9);
    expect(figures.rmse_p50).toBeCloseTo(0, 9);
    expect(figures.rmse_uncapped).toBeCloseTo(Math.sqrt((3 ** 2 + 10 ** 2) / 2), 9);
    expect(figures).toMatchObject({ n: 2, coverage_p10_p90: 1, mean_width: (30 + 25) / 2, cap: 125 });
    expect(figures.replace_ticket_at_30).toMatchObject({ hits: 1, of: 1 });
  });

  it('counts an engine without a forecast as one that goes on', () => {
    const { figures } = measureTest(runOf({ 'engine-1': [seen(100, 10, 20, 40)] }, {}), FLEET, [20, 25]);
    expect(figures).toMatchObject({ without_forecast: 1, coverage_p10_p90: 0.5 });
    expect(figures.rmse).toBeCloseTo(Math.sqrt((3 ** 2 + 100 ** 2) / 2), 9);
  });

  it('judges runs to failure where a test file could end, and when their tickets opened', () => {
    const run = runOf(
      { 'engine-1': [seen(20, 1, 1, 1), seen(70, 20, 30, 40), seen(97, 90, 90, 90)], 'engine-2': [] },
      { 'engine-1': 35, 'engine-2': 75 },
    );
    const { figures } = measureRunsToFailure(run, FLEET);
    expect(figures).toMatchObject({ n: 2, moments: 1, rmse: 0 });
    expect(figures.replace_ticket).toMatchObject({ hits: 2, of: 2 });
    expect(figures.ticket_10_cycles_ahead).toMatchObject({ hits: 1 });
    expect(figures.ticket_more_than_60_ahead).toMatchObject({ hits: 1 });
  });
});
