import type { Series } from '../../src/domain/sample.ts';
import type { Log } from '../../src/log.ts';
import { Spill, type SpillParts } from '../../src/pipeline/spill.ts';
import { FakeClock } from './fakeClock.ts';
import { MemoryJournal } from './memoryJournal.ts';
import { recordLog } from './recordLog.ts';

export const SPILL_AFTER = 5000;

/** A spill that drains as soon as it may, before a store that the test makes. */
export function makeSpill(store: SpillParts['store'], more: Partial<SpillParts> & { readonly log?: Log } = {}): Spill {
  const series = new Map<string, Series>();
  const seriesOf = (assetId: string, metricId: string): Series => {
    const key = `${assetId}|${metricId}`;
    const known = series.get(key) ?? { ordinal: series.size, assetId, metricId, metricIndex: 0 };
    series.set(key, known);
    return known;
  };
  const spill = new Spill(
    {
      journal: new MemoryJournal(),
      aside: new MemoryJournal(),
      store,
      seriesOf,
      note: async () => undefined,
      refuse: async () => undefined,
      spilled: () => undefined,
      clock: new FakeClock(),
      metrics: { partErrors: { inc: () => undefined } },
      log: recordLog().log,
      ...more,
    },
    SPILL_AFTER,
  );
  spill.start();
  return spill;
}
