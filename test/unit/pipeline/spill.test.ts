import { beforeEach, describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/sample.ts';
import { MINUTE, SECOND } from '../../../src/domain/time.ts';
import type { WritePlan } from '../../../src/pipeline/assessment.ts';
import type { RefusedSamples } from '../../../src/pipeline/refusedSamples.ts';
import type { Spill } from '../../../src/pipeline/spill.ts';
import type { RefoldNote } from '../../../src/ports/database.ts';
import { SamplesRefusedError, type TimeSeriesStore } from '../../../src/ports/timeSeriesStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeSpill, SPILL_AFTER } from '../../support/makeSpill.ts';
import { MemoryJournal } from '../../support/memoryJournal.ts';
import { recordLog } from '../../support/recordLog.ts';
import { makeSample, makeSeries } from '../../support/series.ts';
import { until } from '../../support/until.ts';

const series = makeSeries('press', 'force');
const START = Date.UTC(2026, 0, 5);

type Verb = 'append' | 'replace';

/** A store whose calls wait to be told how they end, or, as long as `ends` says so, end by themselves. */
class ScriptedStore {
  readonly stored = new Map<number, number>();
  readonly calls: [verb: Verb, ...values: number[]][] = [];
  readonly underWay: { readonly end: (error?: Error) => void }[] = [];
  ends: 'well' | 'badly' | 'when told' = 'well';
  readonly refuses = new Set<number>();

  append = (samples: readonly Sample[]) => this.#write('append', samples);
  replace = (samples: readonly Sample[]) => this.#write('replace', samples);
  valuesAt = async (points: readonly Pick<Sample, 'time'>[]) => {
    if (this.ends === 'badly') throw new Error('the store is down');
    if (this.ends === 'when told') await new Promise<void>((end) => this.underWay.push({ end: () => end() }));
    return points.map(({ time }) => this.stored.get(time));
  };

  async #write(verb: Verb, samples: readonly Sample[]): Promise<void> {
    this.calls.push([verb, ...samples.map(({ value }) => value)]);
    if (this.ends === 'badly') throw new Error('the store is down');
    if (this.ends === 'when told') {
      await new Promise<void>((resolve, reject) =>
        this.underWay.push({ end: (error) => (error ? reject(error) : resolve()) }),
      );
    }
    const refused = samples.filter(({ value }) => this.refuses.has(value));
    for (const { time, value } of samples) if (!this.refuses.has(value)) this.stored.set(time, value);
    if (refused.length > 0) throw new SamplesRefusedError(refused.map((sample) => ({ sample, words: 'too odd' })));
  }

  /** Values by time. */
  get values(): number[] {
    return [...this.stored].sort(([a], [b]) => a - b).map(([, value]) => value);
  }
}

let store: ScriptedStore;
let journal: MemoryJournal;
let aside: MemoryJournal;
let clock: FakeClock;
let notes: RefoldNote[];
let refused: RefusedSamples[number][];
let recorded: ReturnType<typeof recordLog>;
let spill: Spill;

function start(): Spill {
  return makeSpill(store, {
    journal,
    aside,
    clock,
    note: async (added) => void notes.push(...added),
    refuse: async (added) => void refused.push(...added),
    log: recorded.log,
  });
}

beforeEach(() => {
  store = new ScriptedStore();
  journal = new MemoryJournal();
  aside = new MemoryJournal();
  clock = new FakeClock(START);
  notes = [];
  refused = [];
  recorded = recordLog();
  spill = start();
});

const at = (time: number, value: number) => makeSample(series, START + time, value);
const plan = (append: Sample[], replace: Sample[] = [], noteAfter: RefoldNote[] = []): WritePlan => ({
  noteBefore: [],
  append,
  replace,
  noteAfter,
});
const write = (...values: number[]) => spill.write(plan(values.map((value) => at(value, value))));
const said = (pattern: RegExp) => recorded.lines.filter(({ msg }) => pattern.test(msg));
/** Time passes in steps, and what is due happens at its time. */
const pass = async (duration: number) => {
  for (let step = 0; step < duration; step += SECOND) await clock.advance(SECOND);
};
/** Lets pauses pass until the condition holds. */
const during = (what: string, condition: () => boolean) =>
  until(what, async () => {
    await clock.advance(SECOND);
    return condition();
  });

describe('while the store takes what it is given', () => {
  it('nothing goes to the spill', async () => {
    const note = { assetId: 'press', earliest: START };
    expect(await spill.write(plan([at(1, 1)], [at(0, 2)], [note]))).toEqual([]);
    expect(store.calls).toEqual([
      ['append', 1],
      ['replace', 2],
    ]);
    expect(notes).toEqual([note]);
    expect(spill.isEmpty).toBe(true);
    expect(spill.trouble).toBeUndefined();
    await spill.drained();
  });

  it('tells what the store can never take', async () => {
    store.refuses.add(2);
    const result = await spill.write(plan([at(1, 1), at(2, 2)]));
    expect(result.map(({ sample, words }) => [sample.value, words])).toEqual([[2, 'too odd']]);
    expect(spill.isEmpty).toBe(true);
  });

  it('leaves no timer behind', async () => {
    await write(1);
    expect(clock.pending).toBe(0);
  });
});

describe('a store that fails', () => {
  it('gets what was settled meanwhile when it is back, in order, in place of what it may have', async () => {
    store.ends = 'badly';
    await write(1);
    await spill.write(plan([at(2, 2)], [at(1, 10)]));
    expect(spill.isEmpty).toBe(false);
    expect(spill.trouble).toMatch(/2 batches wait.*the store is down/);
    store.ends = 'well';
    await write(3);
    await during('the drain', () => spill.isEmpty);
    expect(store.values).toEqual([10, 2, 3]);
    expect(store.calls.at(-1)![0]).toBe('replace');
    expect(spill.counts).toEqual({ spilled: 4, drained: 4, refused: 0, unreadable: 0 });
    await write(4);
    expect(store.calls.at(-1)).toEqual(['append', 4]);
  });

  it('is asked again with growing pauses, and no batch asks it', async () => {
    store.ends = 'badly';
    await write(1);
    await pass(5 * MINUTE);
    const before = store.calls.length;
    expect(before).toBeGreaterThan(30);
    expect(before).toBeLessThan(50);
    for (let value = 2; value < 50; value++) await write(value);
    expect(store.calls).toHaveLength(before);
  });

  it('that fails between a write of the drain and its trim gets the same again', async () => {
    store.ends = 'badly';
    await write(1);
    store.ends = 'well';
    journal.failing.trim = new Error('no trim');
    await during('a write', () => store.stored.size > 0);
    expect(spill.isEmpty).toBe(false);
    journal.failing.trim = undefined;
    await during('the drain', () => spill.isEmpty);
    expect(store.calls.filter(([verb]) => verb === 'replace').length).toBeGreaterThan(1);
    expect(store.values).toEqual([1]);
  });

  it('makes notes wait for the samples they speak of', async () => {
    store.ends = 'badly';
    const note = { assetId: 'press', earliest: START + 1, latest: START + 1, rest: 0 };
    await spill.write(plan([], [at(1, 1)], [note]));
    await pass(MINUTE);
    expect(notes).toEqual([]);
    store.ends = 'well';
    await during('the drain', () => spill.isEmpty);
    expect(notes).toEqual([note]);
  });

  it('is told of once for an outage, each minute with what waits, and when it has everything', async () => {
    store.ends = 'badly';
    for (let value = 1; value <= 10; value++) await write(value);
    expect(said(/go to the spill/)).toHaveLength(1);
    expect(said(/go to the spill/)[0]).toMatchObject({ err: { message: 'the store is down' } });
    await pass(5 * MINUTE);
    expect(said(/wait in the spill/).length).toBeGreaterThan(3);
    expect(said(/wait in the spill/).length).toBeLessThan(6);
    store.ends = 'well';
    await during('the drain', () => spill.isEmpty);
    await until('the word of it', () => said(/is drained/).length > 0);
    expect(said(/is drained/)).toMatchObject([{ samples: 10, refused: 0 }]);
  });

  it('may refuse for ever some of what it is given later', async () => {
    store.ends = 'badly';
    store.refuses.add(2);
    await write(1, 2, 3);
    store.ends = 'well';
    await during('the drain', () => spill.isEmpty);
    expect(refused.map(({ sample, words }) => [sample.value, sample.series.assetId, words])).toEqual([
      [2, 'press', 'too odd'],
    ]);
    expect(store.values).toEqual([1, 3]);
    expect(spill.counts).toMatchObject({ drained: 3, refused: 1 });
  });

  it('does not say what it has, and is not asked while anything waits', async () => {
    await write(1);
    store.ends = 'badly';
    expect(await spill.valuesAt([at(1, 0)])).toBeUndefined();
    await write(2);
    expect(store.calls.slice(1).some(([verb]) => verb === 'append')).toBe(false);
    store.ends = 'well';
    expect(await spill.valuesAt([at(1, 0)])).toBeUndefined();
    await during('the drain', () => spill.isEmpty);
    expect(await spill.valuesAt([at(1, 0), at(2, 0), at(3, 0)])).toEqual([1, 2, undefined]);
  });

  it('gets less at a time when that is what it can not cope with', async () => {
    store.ends = 'badly';
    for (let batch = 0; batch < 64; batch++) await spill.write(plan([at(batch, batch), at(batch + 0.5, batch)]));
    const { replace } = store;
    store.replace = (samples) => (samples.length > 4 ? Promise.reject(new Error('too much')) : replace(samples));
    store.ends = 'well';
    await during('the drain', () => spill.isEmpty);
    expect(store.stored.size).toBe(128);
  });
});

describe('a store that is slow', () => {
  beforeEach(() => {
    store.ends = 'when told';
  });

  it('is given up after the limit; the drain begins when the attempt has ended, whichever way', async () => {
    for (const [value, end] of [
      [1, undefined],
      [2, new Error('broken off')],
    ] as const) {
      store.calls.length = 0;
      const written = write(value);
      await clock.advance(SPILL_AFTER - 1);
      expect(spill.isEmpty).toBe(true);
      await clock.advance(1);
      await written;
      expect(spill.isEmpty).toBe(false);
      expect(spill.trouble).toMatch(/took longer than 5 s/);
      await pass(MINUTE);
      expect(store.calls).toEqual([['append', value]]);
      store.ends = 'well';
      store.underWay.shift()!.end(end);
      await during('the drain', () => spill.isEmpty);
      expect(store.calls).toEqual([
        ['append', value],
        ['replace', value],
      ]);
      store.ends = 'when told';
    }
    expect(store.values).toEqual([1, 2]);
  });

  it('is not waited for by those who ask what it has', async () => {
    const asked = spill.valuesAt([at(1, 0)]);
    await clock.advance(SPILL_AFTER);
    expect(await asked).toBeUndefined();
  });

  it('keeps a late success from undoing what came after it', async () => {
    const first = write(1);
    await clock.advance(SPILL_AFTER);
    await first;
    await spill.write(plan([], [at(1, 100)]));
    store.ends = 'well';
    store.underWay.shift()!.end();
    await during('the drain', () => spill.isEmpty);
    expect(store.values).toEqual([100]);
  });
});

describe('a spill that takes no more', () => {
  it('makes the batch fail with words of what to do, and takes it when there is room', async () => {
    journal = new MemoryJournal(190);
    spill = start();
    store.ends = 'badly';
    const third = plan([at(3, 3)]);
    await write(1);
    await write(2);
    await expect(spill.write(third)).rejects.toThrow(/The spill is full: nothing is taken in.*the store is down/);
    store.ends = 'well';
    await during('the drain', () => spill.isEmpty);
    await spill.write(third);
    expect(store.values).toEqual([1, 2, 3]);
  });

  it('tries a batch at the store again, which may have it in part', async () => {
    journal.failing.append = new Error('ENOSPC: no space left on device');
    store.ends = 'badly';
    const batch = plan([at(1, 1)]);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(spill.write(batch)).rejects.toThrow(/can not be written: .*ENOSPC.*the store is down/);
    }
    store.ends = 'well';
    await spill.write(batch);
    expect(store.calls).toEqual([
      ['append', 1],
      ['replace', 1],
      ['replace', 1],
    ]);
    expect(spill.isEmpty).toBe(true);
  });

  it('stores a batch once that was kept though its write failed', async () => {
    store.ends = 'badly';
    await write(1);
    const append = journal.append.bind(journal);
    journal.append = async (records) => {
      await append(records);
      throw new Error('EIO: i/o error, fsync');
    };
    const batch = plan([at(2, 2)]);
    await expect(spill.write(batch)).rejects.toThrow(/EIO/);
    store.ends = 'well';
    await during('the drain', () => store.stored.has(START + 2) && spill.isEmpty);
    store.calls.length = 0;
    await spill.write(batch);
    expect(store.calls).toEqual([['replace', 2]]);
  });

  it('never has two writes of a batch under way', async () => {
    journal.failing.append = new Error('ENOSPC');
    store.ends = 'when told';
    const batch = plan([at(1, 1)]);
    const first = spill.write(batch);
    first.catch(() => undefined);
    await clock.advance(SPILL_AFTER);
    await expect(first).rejects.toThrow(/ENOSPC/);
    await expect(spill.write(batch)).rejects.toThrow(/ENOSPC/);
    expect(store.calls).toEqual([['append', 1]]);
    store.ends = 'well';
    store.underWay.shift()!.end();
    await clock.advance(0);
    await spill.write(batch);
    expect(store.calls).toEqual([
      ['append', 1],
      ['replace', 1],
    ]);
  });
});

describe('what an earlier process left in the spill', () => {
  it('is drained first', async () => {
    store.ends = 'badly';
    await write(1);
    await spill.stop(AbortSignal.abort());
    journal.failing.append = undefined;
    journal.failing.trim = undefined;
    store.ends = 'well';
    spill = start();
    await write(2);
    await during('the drain', () => spill.isEmpty);
    expect(store.values).toEqual([1, 2]);
    expect(store.calls.slice(-2).every(([verb]) => verb === 'replace')).toBe(true);
  });

  it('is put aside and told of where it can not be read, and holds up nothing', async () => {
    await journal.append([Buffer.from('from the future'), Buffer.alloc(0)]);
    spill = start();
    await write(1);
    await during('the drain', () => spill.isEmpty);
    expect(store.values).toEqual([1]);
    expect((await aside.read(5)).map(({ data }) => data.toString())).toEqual(['from the future', '']);
    expect(said(/can not be read/)).toHaveLength(1);
    expect(spill.counts.unreadable).toBe(2);
  });

  it('is put aside once, however often the store fails meanwhile', async () => {
    await journal.append([Buffer.from('from the future')]);
    store.ends = 'badly';
    spill = start();
    await write(1);
    await pass(MINUTE);
    store.ends = 'well';
    await during('the drain', () => spill.isEmpty);
    expect(aside.pending().records).toBe(1);
  });
});

describe('who waits for the spill to be drained', () => {
  it('is told when it is', async () => {
    store.ends = 'badly';
    await write(1);
    let drained = false;
    const waited = spill.drained().then(() => {
      drained = true;
    });
    await pass(MINUTE);
    expect(drained).toBe(false);
    store.ends = 'well';
    await during('the drain', () => drained);
    await waited;
  });

  it('is told though more has come meanwhile, and whoever asked later is not yet', async () => {
    store.ends = 'badly';
    await write(1);
    const first = spill.drained();
    store.ends = 'when told';
    await during('the drain of the first', () => store.underWay.length === 1);
    await write(2);
    let second = false;
    void spill.drained().then(() => {
      second = true;
    });
    store.underWay[0]!.end();
    await first;
    expect(spill.isEmpty).toBe(false);
    expect(second).toBe(false);
    await during('the drain of the second', () => store.underWay.length === 2);
    store.underWay[1]!.end();
    await during('the end', () => second);
    expect(spill.isEmpty).toBe(true);
  });

  it('reads the store only then', async () => {
    store.ends = 'badly';
    await write(1);
    const source = {
      async *readFrom(...asked: Parameters<TimeSeriesStore['readFrom']>) {
        yield [asked, ...store.stored.values()].map((value) => ({ value }) as never);
      },
    };
    const watermarks = [{ assetId: 'press', metricId: 'force' }];
    const read = spill.readAfter(source).readFrom(watermarks, 'all')[Symbol.asyncIterator]().next();
    store.ends = 'well';
    await during('the drain', () => spill.isEmpty);
    expect((await read).value).toEqual([{ value: [watermarks, 'all'] }, { value: 1 }]);
  });

  it('is told when it stops before', async () => {
    store.ends = 'badly';
    await write(1);
    const drained = spill.drained();
    drained.catch(() => undefined);
    await spill.stop(AbortSignal.abort());
    await expect(drained).rejects.toThrow('stopped before the spill was drained');
    await expect(spill.drained()).rejects.toThrow('stopped');
  });
});

it('splits a batch that is large, and keeps its notes to the end', async () => {
  store.ends = 'badly';
  const samples = Array.from({ length: 12_000 }, (_, value) => at(value, value));
  const note = { assetId: 'press', earliest: START };
  await spill.write(plan(samples, [], [note]));
  expect(journal.pending().records).toBe(3);
  store.ends = 'well';
  await during('the drain', () => spill.isEmpty);
  expect(store.values).toEqual(samples.map(({ value }) => value));
  expect(notes).toEqual([note]);
});

it('writes nothing for a batch of nothing', async () => {
  store.ends = 'badly';
  expect(await spill.write(plan([]))).toEqual([]);
  expect(spill.isEmpty).toBe(true);
});
