import { expect, it } from 'vitest';
import type { DeafInterval } from '../../../src/domain/asset.ts';
import { MINUTE, type Timestamp } from '../../../src/domain/time.ts';
import { Listening } from '../../../src/pipeline/listening.ts';
import type { Database } from '../../../src/ports/database.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** What outlives the process; `fail` makes the next save of an interval fail. */
class Memory {
  readonly intervals: DeafInterval[] = [];
  alive: Timestamp | undefined;
  fail = false;

  get database(): Database {
    const settings = {
      get: async () => this.alive,
      set: async (_name: string, value: Timestamp) => {
        this.alive = value;
      },
    };
    const events = {
      deaf: async () => [...this.intervals],
      saveDeaf: async (interval: DeafInterval) => {
        if (this.fail) throw new Error('down');
        this.intervals.push(interval);
      },
    };
    return { settings, events } as unknown as Database;
  }
}

async function listening(memory: Memory, clock: FakeClock, node?: string): Promise<Listening> {
  const made = new Listening(memory.database, clock, node);
  await made.load();
  made.start();
  return made;
}

it('counts only the time in which devices could be heard, also over a restart', async () => {
  const clock = new FakeClock();
  const memory = new Memory();
  const first = await listening(memory, clock);
  first.set(true);
  const heardAt = clock.now();
  await clock.advance(10 * MINUTE);
  first.set(false);
  await clock.advance(7 * MINUTE);
  first.set(true);
  await clock.advance(5 * MINUTE);
  expect(first.tick(clock.now(), heardAt)).toMatchObject({ lastHeard: heardAt, silentFor: 15 * MINUTE });
  await first.save();

  await clock.advance(60 * MINUTE);
  const second = await listening(memory, clock);
  expect(second.heard).toBe(false);
  await clock.advance(MINUTE);
  expect(second.tick(clock.now(), heardAt).silentFor).toBe(15 * MINUTE);
  second.set(true);
  await clock.advance(2 * MINUTE);
  const tick = second.tick(clock.now(), heardAt);
  expect(tick.silentFor).toBe(17 * MINUTE);
  expect(tick.listened(heardAt + 8 * MINUTE, heardAt + 20 * MINUTE)).toBe(5 * MINUTE);
});

it('says nothing of an asset that was never heard', async () => {
  const clock = new FakeClock();
  const made = await listening(new Memory(), clock);
  expect(made.tick(clock.now(), Number.NEGATIVE_INFINITY)).toMatchObject({ lastHeard: null, silentFor: 0 });
});

it('saves each deaf time once, whoever saves at the same moment and after a failure', async () => {
  const clock = new FakeClock();
  const memory = new Memory();
  const made = await listening(memory, clock);
  for (let i = 0; i < 3; i++) {
    made.set(false);
    await clock.advance(MINUTE);
    made.set(true);
    await clock.advance(MINUTE);
  }
  memory.fail = true;
  await expect(made.save()).rejects.toThrow('down');
  memory.fail = false;
  await Promise.all([made.save(), made.save()]);
  const lengths = memory.intervals.map(({ from, to }) => to! - from);
  expect(lengths).toEqual([MINUTE, MINUTE, MINUTE]);
});

it('counts what several nodes missed at once only once', async () => {
  const clock = new FakeClock();
  const memory = new Memory();
  const start = clock.now();
  const one = await listening(memory, clock, 'one');
  one.set(true);
  await clock.advance(10 * MINUTE);
  one.hearOfOthers(Number.POSITIVE_INFINITY, [
    { from: start + 1 * MINUTE, to: start + 4 * MINUTE },
    { from: start + 3 * MINUTE, to: start + 5 * MINUTE },
    { from: start + 3 * MINUTE, to: start + 4 * MINUTE },
    { from: start + 8 * MINUTE, to: start + 9 * MINUTE },
  ]);
  expect(one.tick(clock.now(), start).silentFor).toBe(5 * MINUTE);
  expect(one.tick(clock.now(), start + 4.5 * MINUTE).silentFor).toBe(4 * MINUTE);
});

it('counts no time in which another node is not known to have listened, until it has said so', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const one = await listening(new Memory(), clock, 'one');
  one.set(true);
  await clock.advance(10 * MINUTE);
  one.hearOfOthers(start + 2 * MINUTE, []);
  expect(one.tick(clock.now(), start).silentFor).toBe(2 * MINUTE);
  expect(one.tick(clock.now(), start + 3 * MINUTE).silentFor).toBe(0);
  one.hearOfOthers(start + 10 * MINUTE, [{ from: start + 2 * MINUTE, to: start + 7 * MINUTE }]);
  expect(one.tick(clock.now(), start).silentFor).toBe(5 * MINUTE);
});

it('one of several nodes was deaf since it last listened, and vouches for its listening once that is saved', async () => {
  const clock = new FakeClock();
  const memory = new Memory();
  memory.alive = clock.now() - 9 * MINUTE;
  const heardAt = clock.now() - 20 * MINUTE;
  const made = new Listening(memory.database, clock, 'one');
  await made.load(clock.now() - 5 * MINUTE);
  await clock.advance(MINUTE);
  expect(made.tick(clock.now(), heardAt).silentFor).toBe(15 * MINUTE);
  expect(made.vouched).toBe(false);
  made.set(true);
  expect(made.vouched).toBe(false);
  const saving = made.save();
  expect(made.vouched).toBe(false);
  await saving;
  expect(made.vouched).toBe(true);
  expect(memory.intervals).toEqual([{ from: clock.now() - 6 * MINUTE, to: clock.now() }]);
  expect(memory.alive).toBe(clock.now() - 10 * MINUTE);
});

it.each([undefined, 'one'])('a process that stood still does not take that time for heard (node %s)', async (node) => {
  const clock = new FakeClock();
  const memory = new Memory();
  const made = await listening(memory, clock, node);
  made.set(true);
  const heardAt = clock.now();
  await clock.advance(MINUTE);
  await made.save();
  made.stop();
  await clock.advance(5 * MINUTE);
  expect(made.tick(clock.now(), heardAt).silentFor).toBe(MINUTE);
  expect(made.vouched).toBe(false);
  made.set(false);
  await clock.advance(MINUTE);
  made.set(true);
  await made.save();
  expect(made.vouched).toBe(true);
  expect(made.tick(clock.now(), heardAt).silentFor).toBe(MINUTE);
  const again = await listening(memory, clock, node);
  expect(again.tick(clock.now(), heardAt).silentFor).toBe(MINUTE);
});

it('a clock put back makes nothing look silent and loses no silence but that before it', async () => {
  const clock = new FakeClock();
  const memory = new Memory();
  const made = await listening(memory, clock);
  made.set(true);
  const receivedAt = clock.now();
  await clock.advance(10 * MINUTE);
  clock.step(-3 * 60 * MINUTE);
  expect(made.tick(clock.now(), receivedAt)).toMatchObject({ now: clock.now(), lastHeard: clock.now(), silentFor: 0 });
  const heardAgain = clock.now();
  await clock.advance(5 * MINUTE);
  expect(made.tick(clock.now(), heardAgain).silentFor).toBe(5 * MINUTE);
});

it('keeps no deaf time that would end before it began', async () => {
  const clock = new FakeClock();
  const memory = new Memory();
  const made = await listening(memory, clock);
  made.set(true);
  made.set(false);
  clock.step(-60 * MINUTE);
  await clock.advance(MINUTE);
  made.set(true);
  await made.save();
  expect(memory.intervals).toEqual([]);
  expect(made.vouched).toBe(true);
});

it('a clock put forward costs the silence, and raises none', async () => {
  const clock = new FakeClock();
  const made = await listening(new Memory(), clock);
  made.set(true);
  const receivedAt = clock.now();
  await clock.advance(10 * MINUTE);
  clock.step(5 * 60 * MINUTE);
  expect(made.tick(clock.now(), receivedAt).silentFor).toBe(10 * MINUTE);
});
