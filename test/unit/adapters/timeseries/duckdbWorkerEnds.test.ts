import { expect, it, vi } from 'vitest';
import { openDuckDbStore, StoreWorkerError } from '../../../../src/adapters/timeseries/duckdb/index.ts';
import { DAY } from '../../../../src/domain/time.ts';
import { createLog } from '../../../../src/log.ts';
import { makeSample, makeSeries } from '../../../support/series.ts';
import { tempFolder } from '../../../support/temp.ts';

/** Opens, answers nothing and fails at a ping: ending a thread amid DuckDB's work would end the test's process. */
const FAILING_WORKER = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ operation }) => {
    if (operation === 'ping') throw new Error('out of luck');
  });
  parentPort.postMessage({ kind: 'opened' });
`;

vi.mock('node:worker_threads', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:worker_threads')>();
  class FailingWorker extends original.Worker {
    constructor() {
      super(FAILING_WORKER, { eval: true });
    }
  }
  return { ...original, Worker: FailingWorker };
});

it('rejects what is under way and everything after it with the reason, when its thread ends', async () => {
  const options = { directory: tempFolder(), retention: 400 * DAY, log: createLog('silent') };
  const sample = makeSample(makeSeries('worker-ends', 'pressure'), Date.UTC(2026, 2, 10), 1);
  const store = await openDuckDbStore(options);
  for (const result of await Promise.allSettled([store.append([sample]), store.ping()])) {
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreWorkerError) });
    expect(result).toMatchObject({ reason: { message: expect.stringContaining('out of luck') } });
  }
  await expect(store.ping()).rejects.toThrow('out of luck');
  await expect(store.replace([sample])).rejects.toThrow(StoreWorkerError);
  await store.close();

  const again = await openDuckDbStore(options);
  await expect(again.ping()).rejects.toThrow(StoreWorkerError);
  await again.close();
});
