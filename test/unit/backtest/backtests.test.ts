import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Backtests } from '../../../src/backtest/backtests.ts';
import type { BacktestRequest } from '../../../src/domain/backtest.ts';
import type { FailureRecord } from '../../../src/domain/failure.ts';
import { DAY, MINUTE } from '../../../src/domain/time.ts';
import { UnacceptableError } from '../../../src/errors.ts';
import type { PageRequest } from '../../../src/ports/database.ts';
import type { DeliveryJob } from '../../../src/ports/jobQueue.ts';
import type { FailureFilter } from '../../../src/ports/outcomes.ts';
import type { StoredSample } from '../../../src/ports/timeSeriesStore.ts';
import { parsedRig, RIG } from '../../support/parsedRig.ts';
import { recordLog } from '../../support/recordLog.ts';

const T0 = Date.UTC(2024, 4, 1);
const SAMPLES = 4000;
const ENGINEER = { name: 'ann', role: 'engineer' } as const;
const REQUEST: BacktestRequest = { models: [{ fileName: 'rig.yaml', yaml: 'x' }], to: T0 + 100 * DAY, within: DAY };

/** Backtests on parts in memory; `work` does what a queue would. */
interface RigOptions {
  readonly chunks?: number;
  readonly onChunk?: (at: number) => Promise<void>;
  readonly records?: readonly FailureRecord[];
}

function rigged({ chunks = 1, onChunk, records = [] }: RigOptions = {}) {
  const model = parsedRig();
  const settings = new Map<string, unknown>();
  const added: string[] = [];
  let handler: ((job: DeliveryJob) => Promise<void>) | undefined;
  let now = T0 + 200 * DAY;
  async function* readFrom(): AsyncIterable<readonly StoredSample[]> {
    for (let at = 0; at < chunks; at++) {
      await onChunk?.(at);
      yield Array.from({ length: SAMPLES }, (_, index): StoredSample => {
        const time = T0 + (at * SAMPLES + index) * MINUTE;
        return {
          assetId: 'r1',
          metricId: 'temperature',
          time,
          value: index < 100 ? 90 : 70,
          quality: 0,
          receivedAt: time,
        };
      });
    }
  }
  const backtests = new Backtests({
    database: {
      settings: {
        get: async <T>(name: string) => settings.get(name) as T | undefined,
        set: async (name, value) => void settings.set(name, JSON.parse(JSON.stringify(value))),
        remove: async (name) => void settings.delete(name),
        withPrefix: async <T>(prefix: string) =>
          new Map([...settings].filter(([name]) => name.startsWith(prefix)) as [string, T][]),
      },
      assets: { all: async () => [RIG] } as never,
      events: { of: async () => [], deaf: async () => [] } as never,
      failures: {
        // One on a page.
        list: async ({ impact, from = 0, to = 0 }: FailureFilter, { cursor = '0' }: PageRequest) => {
          const all = records.filter((one) => one.impact === impact && one.at >= from && one.at < to);
          const at = Number(cursor);
          return { items: all.slice(at, at + 1), ...(at + 1 < all.length && { nextCursor: String(at + 1) }) };
        },
      } as never,
    },
    store: { readFrom, retention: 400 * DAY },
    queue: {
      work: async (taken) => {
        handler = taken;
      },
      add: async (id) => void added.push(id),
    },
    // Time passes with every look, so that progress is saved often.
    clock: { now: () => (now += 600) },
    log: recordLog().log,
    models: [model],
    parse: ([text]) => {
      if (text!.yaml === 'bad') throw new UnacceptableError('bad model', [{ path: '/models/0/yaml', message: 'bad' }]);
      return [model];
    },
  });
  return {
    backtests,
    settings,
    added,
    work: async () => {
      await backtests.start();
      for (const id of added.splice(0)) await handler!({ id, attempt: 1, lastAttempt: true });
    },
  };
}

describe('a backtest that is asked for', () => {
  it('waits, runs and is there with its report', async () => {
    const { backtests, work } = rigged();
    const asked = await backtests.ask(REQUEST, ENGINEER);
    expect(asked).toMatchObject({ status: 'waiting', progress: 0, by: 'ann', modelIds: ['rig'], assets: 1 });
    await work();
    const { backtest, report } = await backtests.get(asked.id);
    expect(backtest).toMatchObject({ status: 'done', progress: 1 });
    expect(report!.history.samples).toBe(SAMPLES);
    expect(report!.today.tickets).toMatchObject([
      { assetId: 'r1', ruleId: 'temperature-high', openedAt: T0 + 2 * MINUTE, verdict: 'unverifiable' },
    ]);
    expect(report!.today.tickets[0]!.spells).toEqual([
      { from: T0 + 2 * MINUTE, to: T0 + 105 * MINUTE, end: 'cleared' },
    ]);
  });

  it('is refused for models and assets that are not right, and leaves nothing behind', async () => {
    const { backtests, settings } = rigged();
    await expect(backtests.ask({ ...REQUEST, models: [{ fileName: 'a', yaml: 'bad' }] }, ENGINEER)).rejects.toThrow(
      'bad',
    );
    await expect(backtests.ask({ ...REQUEST, assetIds: ['r2'] }, ENGINEER)).rejects.toThrow("no asset 'r2'");
    expect(settings.size).toBe(0);
  });

  it('shows its progress, and gives the event loop back while it runs', async () => {
    const shares: number[] = [];
    const { backtests, work } = rigged({
      chunks: 4,
      onChunk: async () => {
        const [running] = await backtests.list();
        shares.push(running!.progress);
      },
    });
    await backtests.ask(REQUEST, ENGINEER);
    let [turns, done] = [0, false];
    const counting = (async () => {
      for (; !done; turns++) await nextTurn();
    })();
    await work();
    done = true;
    await counting;
    expect(turns).toBeGreaterThan(4 * (SAMPLES / 1000));
    expect(shares.at(-1)).toBeGreaterThan(0);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
  });

  it('ends when it is removed, and stays away', async () => {
    const { backtests, settings, work } = rigged({
      chunks: 50,
      onChunk: async (at) => {
        if (at === 2) await backtests.remove(asked.id, ENGINEER);
        if (at > 4) throw new Error('it went on');
      },
    });
    const asked = await backtests.ask(REQUEST, ENGINEER);
    await work();
    expect(settings.size).toBe(0);
    await expect(backtests.get(asked.id)).rejects.toThrow('There is no backtest');
  });

  it('that a stop cuts off says so, and is not taken up again', async () => {
    const { backtests, added, work } = rigged({
      chunks: 50,
      onChunk: async (at) => {
        if (at === 2) void backtests.stop();
        if (at > 4) throw new Error('it went on');
      },
    });
    const { id } = await backtests.ask(REQUEST, ENGINEER);
    await work();
    expect((await backtests.get(id)).backtest).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('stop'),
    });
    added.push(id);
    await work();
    expect((await backtests.get(id)).report).toBeUndefined();
  });

  it('of a process that died is told apart from one that waits', async () => {
    const { backtests, settings, added, work } = rigged();
    const asked = await backtests.ask(REQUEST, ENGINEER);
    settings.set(`backtest:${asked.id}`, { ...asked, status: 'running' });
    await work();
    expect(added).toEqual([]);
    expect((await backtests.get(asked.id)).backtest.status).toBe('failed');
  });
});

const recorded = (at: number, more: Partial<FailureRecord> = {}): FailureRecord => ({
  id: `F${at}`,
  assetId: 'r1',
  componentId: 'bearing',
  at,
  detectedBy: 'staff',
  impact: 'critical',
  source: 'api',
  recordedAt: at,
  recordedBy: 'ann',
  ...more,
});

describe('failures that a backtest is judged by', () => {
  const at = T0 + 50 * MINUTE;
  const records = [
    recorded(at),
    recorded(at + DAY, { failureModeId: 'overheated', impact: 'degraded' }),
    recorded(at + 1, { impact: 'incipient' }),
    recorded(at + 2, { assetId: 'other' }),
    recorded(at + 2 * DAY),
    recorded(T0 + 200 * DAY),
  ];
  const reportOf = async (request: BacktestRequest, known: readonly FailureRecord[] = records) => {
    const { backtests, work } = rigged({ records: known });
    const { id } = await backtests.ask(request, ENGINEER);
    await work();
    return (await backtests.get(id)).report!;
  };

  it('are the failure records of its assets and range where none are given, but for what only began', async () => {
    const { failures, today } = await reportOf(REQUEST);
    expect(failures).toEqual({ given: 3, judged: 3, leftOut: 0, areRecords: true });
    expect(today.failures).toEqual([
      { assetId: 'r1', componentId: 'bearing', at, warning: 48 * MINUTE },
      expect.objectContaining({ failureModeId: 'overheated', at: at + DAY }),
      expect.objectContaining({ at: at + 2 * DAY }),
    ]);
    expect(today.tickets).toMatchObject([{ verdict: 'hit' }]);
    const later = await reportOf({ ...REQUEST, from: at + 1 });
    expect(later.failures!.given).toBe(2);
  });

  it('are those given, also where that is none; without any nothing is judged', async () => {
    const none = await reportOf({ ...REQUEST, failures: [] });
    expect(none.failures).toEqual({ given: 0, judged: 0, leftOut: 0, areRecords: false });
    expect(none.today.tickets).toMatchObject([{ verdict: 'false' }]);
    const unknown = await reportOf(REQUEST, []);
    expect(unknown).not.toHaveProperty('failures');
    expect(unknown.today.tickets).toMatchObject([{ verdict: 'unverifiable' }]);
  });
});

it('keeps the last twenty, and takes no more than five at once', async () => {
  const { backtests, work } = rigged();
  const ids: string[] = [];
  for (let round = 0; round < 5; round++) {
    for (let one = 0; one < 5; one++) ids.unshift((await backtests.ask(REQUEST, ENGINEER)).id);
    if (round === 0) await expect(backtests.ask(REQUEST, ENGINEER)).rejects.toThrow('5 backtests wait already');
    await work();
  }
  expect((await backtests.list()).map(({ id }) => id)).toEqual(ids.slice(0, 20));
});
