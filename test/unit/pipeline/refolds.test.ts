import { expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { Ledger } from '../../../src/metrics.ts';
import { Exclusive } from '../../../src/pipeline/exclusive.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import { type RefoldParts, Refolds } from '../../../src/pipeline/refolds.ts';
import type { StateToSave } from '../../../src/ports/database.ts';
import { parsedRig, RIG } from '../../support/parsedRig.ts';

it('leaves an asset to the next checkpoint whose newer state was saved while its findings were raised', async () => {
  const fleet = new Fleet([parsedRig()]);
  fleet.add(RIG);
  const tracked = fleet.get(RIG.id)!;
  const saved: StateToSave[] = [];
  const refolds = new Refolds();
  let drained = 0;
  /** The second time the new state is in place: a sample is folded into it, and a checkpoint saves that. */
  const drain = async () => {
    if (++drained < 2) return;
    tracked.state.samples++;
    tracked.dirty = false;
  };
  const states = {
    noteRevisions: async () => [],
    dropSnapshots: async () => undefined,
    snapshotBefore: async () => undefined,
    save: async (some: readonly StateToSave[]) => void saved.push(...some),
    saveSnapshots: async () => undefined,
    saveUsage: async () => undefined,
    clearNotes: async () => undefined,
  };
  const parts = {
    database: {
      states,
      events: { of: async () => [] },
      findings: { recordedAfter: async () => [] },
      transaction: (work: (tx: unknown) => Promise<void>) => work({ states }),
    },
    store: {
      async *readFrom() {
        yield [];
      },
    },
    raiser: { drain, findings: () => undefined, retractions: () => undefined },
    assess: { takeUsageOf: () => [], dropSnapshots: () => undefined },
    listening: { tick: (now: number) => ({ now, lastHeard: null, silentFor: 0, listened: () => 0 }) },
    records: new Exclusive(),
    ledger: new Ledger(),
    clock: { now: () => 1 },
    log: createLog('silent'),
  } as unknown as RefoldParts;

  refolds.refold(tracked, 0);
  refolds.start(parts);
  await refolds.drain();
  expect(saved.map(({ assetId }) => assetId)).toEqual([RIG.id]);
  expect(JSON.parse(saved[0]!.state).samples).toBe(tracked.state.samples - 1);
  expect(tracked.dirty).toBe(true);
});
