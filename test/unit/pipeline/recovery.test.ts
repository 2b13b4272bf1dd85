import { expect, it } from 'vitest';
import { UnavailableError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { Ledger } from '../../../src/metrics.ts';
import { Recovery, type RecoveryParts } from '../../../src/pipeline/recovery.ts';
import { newProgress } from '../../../src/pipeline/recoveryProgress.ts';
import type { Tracked } from '../../../src/pipeline/tracked.ts';
import { initState } from '../../../src/rules/state.ts';
import { until } from '../../support/until.ts';

it('folds nothing anew while a write is under way whose samples may lie further back', async () => {
  const writes = { any: true };
  const waits: (() => void)[] = [];
  const folding: boolean[] = [];
  const parts = partsWith({ writes, waits, refoldsStart: () => folding.push(writes.any) });
  const recovery = new Recovery(parts, newProgress());

  await recovery.start();
  await until('a pause', () => waits.length === 1);
  waits.shift()!();
  await until('a pause', () => waits.length === 1);
  expect(folding).toEqual([]);

  writes.any = false;
  waits.shift()!();
  await recovery.drain();
  expect(folding[0]).toBe(false);
});

interface Controls {
  readonly writes: { readonly any: boolean };
  /** Ends of the pauses that recovery makes. */
  readonly waits: (() => void)[];
  readonly refoldsStart: () => void;
}

/** A store that is away when it is first read, one asset of one metric, and nothing else to do. */
function partsWith({ writes, waits, refoldsStart }: Controls): RecoveryParts {
  const model = { model: { metrics: [{ id: 'level' }] }, rules: [] } as unknown as Tracked['compiled'];
  const tracked = {
    asset: { id: 'tank' },
    compiled: model,
    state: initState(model),
    waiting: 0,
    takeWaiting: () => 0,
    unproven: new Map(),
    acceptState: () => undefined,
  } as unknown as Tracked;
  let reads = 0;
  const parts = {
    fleet: { size: 1, all: () => [tracked], get: () => tracked },
    database: {
      states: { all: async () => [], notes: async () => [] },
      findings: { beyondStates: async () => [] },
      events: { after: async () => [], all: async () => [] },
    },
    store: {
      async *readFrom() {
        if (reads++ === 0) throw new UnavailableError('the store', 'is away');
        yield [];
      },
    },
    spill: { isEmpty: true, drained: async () => undefined },
    blindWrites: {
      get any() {
        return writes.any;
      },
      readBegins: () => undefined,
      met: () => undefined,
      readEnds: () => [],
    },
    refolds: { start: refoldsStart, refold: () => undefined },
    assess: { recovered: () => undefined, event: () => undefined },
    ledger: new Ledger(),
    clock: {
      now: () => 0,
      elapsed: () => 0,
      every: () => () => undefined,
      sleep: () => new Promise<void>((resolve) => waits.push(resolve)),
    },
    log: createLog('silent'),
  };
  return parts as unknown as RecoveryParts;
}
