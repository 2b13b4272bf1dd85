import { expect, it, onTestFinished, vi } from 'vitest';
import { openJournal } from '../../../src/adapters/journal/index.ts';
import { createLog } from '../../../src/log.ts';
import { Notes } from '../../../src/pipeline/notes.ts';
import { JournalFullError } from '../../../src/ports/journal.ts';
import { tempFolder } from '../../support/temp.ts';

const log = createLog('silent');

/** A database that can be down or frozen: no real server shows how often it is asked. */
class Saved {
  state: 'up' | 'down' | 'frozen' = 'up';
  readonly notes: number[] = [];
  asked = 0;

  async save(notes: readonly number[]): Promise<void> {
    this.asked++;
    if (this.state === 'down') throw new Error('down');
    if (this.state === 'frozen') await new Promise(() => undefined);
    this.notes.push(...notes);
  }
}

async function setUp(maxBytes = 1 << 20, directory = tempFolder()) {
  const saved = new Saved();
  const journal = await openJournal({ directory, maxBytes, log });
  const notes = new Notes<number>((some) => saved.save(some), journal, log, 'test notes');
  onTestFinished(() => notes.close());
  return { saved, journal, notes, directory };
}

it('go to the database, and to the journal while it is down; a later process imports them in order', async () => {
  const { saved, journal, notes, directory } = await setUp();
  await notes.add([1]);
  saved.state = 'down';
  await notes.add([2, 3]);
  await notes.add([4]);
  expect(saved.notes).toEqual([1]);
  await expect(notes.import()).rejects.toThrow('down');
  expect(journal.pending().records).toBe(3);
  await notes.close();

  const later = await setUp(undefined, directory);
  await later.notes.import();
  expect(later.saved.notes).toEqual([2, 3, 4]);
  expect(later.journal.pending().records).toBe(0);
  await later.notes.add([5]);
  expect(later.saved.notes).toEqual([2, 3, 4, 5]);
});

it('queue behind those in the journal, so that they stay in order and only one waits for a frozen database', async () => {
  const { saved, journal, notes } = await setUp();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  saved.state = 'frozen';
  const first = notes.add([1]);
  await vi.advanceTimersByTimeAsync(5000);
  await first;
  await notes.add([2]);
  expect(saved.asked).toBe(1);
  saved.state = 'up';
  await notes.add([3]);
  expect([saved.notes, journal.pending().records]).toEqual([[], 3]);
  await notes.import();
  await notes.add([4]);
  expect(saved.notes).toEqual([1, 2, 3, 4]);
});

it('are refused, not lost, when the journal is full', async () => {
  const { saved, notes } = await setUp(20);
  saved.state = 'down';
  await notes.add([1]);
  await notes.add([2]);
  await expect(notes.add([3])).rejects.toThrow(JournalFullError);
  saved.state = 'up';
  await notes.import();
  await notes.add([3]);
  expect(saved.notes).toEqual([1, 2, 3]);
});
