import { beforeEach, expect, it } from 'vitest';
import { openJournal } from '../../../src/adapters/journal/index.ts';
import { DAY, HOUR, MINUTE, SECOND, type Timestamp } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { RollupMarks } from '../../../src/pipeline/rollupMarks.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeSample, makeSeries } from '../../support/series.ts';
import { tempFolder } from '../../support/temp.ts';

const NOON = Date.UTC(2026, 2, 10, 12);
const TODAY = NOON - 12 * HOUR;
const log = createLog('silent');
const series = (assetId: string) => makeSeries(assetId, 'pressure');

/** What was done, in order: `mark a 0` for asset a, days before today; `write`. */
let done: string[];
let clock: FakeClock;
let refuse: { database: boolean; store: boolean };
let writing: () => Promise<void>;

beforeEach(() => {
  done = [];
  clock = new FakeClock(NOON);
  refuse = { database: false, store: false };
  writing = async () => undefined;
});

async function makeMarks() {
  const journal = await openJournal({ directory: tempFolder(), maxBytes: 100_000, log });
  const rollups = {
    mark: async (days: readonly { assetId: string; day: Timestamp }[]) => {
      if (refuse.database) throw new Error('no database');
      for (const { assetId, day } of days) done.push(`mark ${assetId} ${(TODAY - day) / DAY}`);
    },
  };
  const marks = new RollupMarks({ rollups, journal, clock, log });
  const write = async () => {
    await writing();
    if (refuse.store) throw new Error('no store');
    done.push('write');
  };
  const store = marks.guard({ append: write, replace: write });
  const append = (...samples: [assetId: string, time: Timestamp][]) =>
    store.append(samples.map(([assetId, time]) => makeSample(series(assetId), time, 1)));
  return { marks, store, append, journal };
}

/** Until the write has begun and is watched. */
const underWay = () => expect.poll(() => clock.pending).toBe(2);

it('marks nothing for samples that come at their time', async () => {
  const { append } = await makeMarks();
  await append(['a', NOON], ['a', NOON - MINUTE], ['b', NOON + MINUTE]);
  expect(done).toEqual(['write']);
});

it('marks the day of late samples before they are written, each once', async () => {
  const { append, store } = await makeMarks();
  await append(['a', NOON], ['a', NOON - 2 * MINUTE], ['b', NOON - DAY], ['a', NOON - HOUR], ['a', TODAY - 1]);
  expect(done).toEqual(['mark a 0', 'mark b 1', 'mark a 1', 'write']);
  await store.replace([makeSample(series('c'), TODAY, 1)]);
  expect(done.slice(4)).toEqual(['mark c 0', 'write']);
});

it('marks a day again only when its mark grows old', async () => {
  const { append } = await makeMarks();
  await append(['a', NOON - HOUR]);
  await clock.advance(5 * MINUTE - 1);
  await append(['a', NOON - HOUR]);
  expect(done).toEqual(['mark a 0', 'write', 'write']);
  await clock.advance(1);
  await append(['a', NOON - HOUR]);
  expect(done.slice(3)).toEqual(['mark a 0', 'write']);
});

it('marks all days of a write that takes long, while it does', async () => {
  const { append } = await makeMarks();
  writing = () => clock.sleep(95 * SECOND);
  const appended = append(['a', NOON], ['b', NOON - HOUR]);
  await underWay();
  await clock.advance(95 * SECOND);
  await appended;
  const both = ['mark a 0', 'mark b 0'];
  expect(done).toEqual(['mark b 0', ...both, ...both, ...both, 'write']);
  await clock.advance(HOUR);
  expect(done).toHaveLength(8);
});

it('marks after a slow write what it could not mark meanwhile, and fails when it still cannot', async () => {
  const { append, journal } = await makeMarks();
  writing = () => clock.sleep(45 * SECOND);
  const appended = append(['a', NOON]);
  await journal.close();
  refuse.database = true;
  const failed = expect(appended).rejects.toThrow();
  await underWay();
  await clock.advance(45 * SECOND);
  await failed;
  refuse.database = false;
  const again = append(['a', NOON]);
  await underWay();
  await clock.advance(45 * SECOND);
  await again;
  expect(done.at(-2)).toBe('mark a 0');
});

it('keeps marks in the journal while the database does not take them', async () => {
  const { append, marks, journal } = await makeMarks();
  refuse.database = true;
  await append(['a', NOON - HOUR], ['b', NOON - DAY]);
  expect(done).toEqual(['write']);
  expect(journal.pending().records).toBe(2);
  refuse.database = false;
  await marks.import();
  expect(done).toEqual(['write', 'mark a 0', 'mark b 1']);
  expect(journal.pending().records).toBe(0);
  await marks.close();
});

it('says so when a write fails, and stops watching it', async () => {
  const { append } = await makeMarks();
  refuse.store = true;
  await expect(append(['a', NOON])).rejects.toThrow('no store');
  expect(clock.pending).toBe(0);
});

it('marks a day again after the clock was put back: what was marked lately by it may be long done', async () => {
  const { append } = await makeMarks();
  await append(['a', NOON - DAY]);
  await clock.advance(20 * MINUTE);
  clock.step(-2 * HOUR);
  await append(['a', NOON - DAY]);
  expect(done).toEqual(['mark a 1', 'write', 'mark a 1', 'write']);
});

it('marks the days of a write during which the clock was put forward or back', async () => {
  const { append } = await makeMarks();
  for (const by of [3 * HOUR, -3 * HOUR]) {
    writing = async () => clock.step(by);
    done = [];
    await append([`a${by}`, clock.now()]);
    expect(done).toEqual(['write', `mark a${by} 0`]);
  }
});
