import { describe, expect, it } from 'vitest';
import { createLaserPrinter } from '../../../simulators/machines/laserPrinter.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import { DAY, HOUR, type Timestamp } from '../../../src/domain/time.ts';
import { Asset, makeModel, makeRule, T0 } from './history.ts';

/** Supplies of simulated printers, whose true ends are known, by their coarse counters (whole percents). */
const SUPPLIES = [
  { component: 'toner-cartridge', metric: 'toner-remaining', leadTime: 2 * DAY },
  { component: 'drum', metric: 'drum-remaining', leadTime: 4 * DAY },
];
const LENGTH = 60 * DAY;

function printerModel(): AssetModel {
  const risk = { planningMargin: '2d' };
  const rules = SUPPLIES.map(({ component, metric }) =>
    makeRule('usage', { counter: metric, form: 'remaining-percent', risk }, { id: component, componentId: component }),
  );
  const name = { en: 'Part', zh: '部件' };
  const components = SUPPLIES.map(({ component: id, leadTime }) => ({
    id,
    name,
    part: { number: id, leadTime },
    failureModes: [],
  }));
  const metrics = SUPPLIES.map(({ metric: id }) => ({ id, kind: 'number' as const, unit: '%' }));
  return { ...makeModel(metrics, rules), components };
}

describe.each([
  { intensity: 0.8, toner: 90, drum: 20 },
  { intensity: 1.4, toner: 60, drum: 40 },
  { intensity: 2, toner: 75, drum: 30 },
])('a simulated printer: %j', ({ intensity, toner, drum }) => {
  it('has a ticket by risk a lead time ahead of each end, and no other', () => {
    const printer = createLaserPrinter({
      id: 'printer',
      seed: 1000 * intensity,
      start: T0,
      intensity,
      initial: { 'toner-remaining': toner, 'drum-remaining': drum },
    });
    const asset = new Asset(printerModel());
    for (let time = T0; time < T0 + LENGTH; time += 2 * HOUR) {
      printer.advance(time);
      const values = printer.values();
      SUPPLIES.forEach(({ metric: id }, metric) => {
        asset.take({ metric, time, value: values[id]! });
      });
    }
    for (const { component, leadTime } of SUPPLIES) {
      const ends = printer.truth().filter((end) => end.component === component && end.failsAt < T0 + LENGTH);
      const raised = asset.findings.filter(({ ruleId, change }) => ruleId === component && change === 'raised');
      expect(ends.length).toBeGreaterThan(0);
      const leads = ends.map(({ failsAt }, at) => (failsAt - firstSince(ends[at - 1]?.failsAt ?? T0)) / DAY);
      for (const lead of leads) {
        expect(lead).toBeGreaterThanOrEqual(leadTime / DAY);
        expect(lead).toBeLessThan((leadTime + 5 * DAY) / DAY);
      }
      const ahead = raised.filter(({ time }) => time > ends.at(-1)!.failsAt).length;
      expect(raised.length - ahead).toBe(ends.length);
      expect(ahead).toBeLessThanOrEqual(1);

      function firstSince(from: Timestamp): Timestamp {
        return raised.find(({ time }) => time > from)?.time ?? Number.POSITIVE_INFINITY;
      }
    }
  });
});
