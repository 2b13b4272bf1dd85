import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JournalFullError } from '../../../src/ports/journal.ts';
import { journalIn, records, segmentFiles, texts } from './support.ts';

describe('journal', () => {
  it('gives back what was appended, in order, until it is trimmed', async () => {
    const { journal } = await journalIn();
    await journal.append(records('a', '', 'c'));
    await journal.append(records('d'));

    const first = await journal.read(2);
    expect(texts(first)).toEqual(['a', '']);
    expect(texts(await journal.read(10))).toEqual(['a', '', 'c', 'd']);
    await journal.trim(first[1]!.next);
    expect(texts(await journal.read(10))).toEqual(['c', 'd']);
  });

  it('keeps bytes as they are, also records larger than a segment', async () => {
    const { journal } = await journalIn(undefined, { segmentBytes: 1000 });
    const data = [randomBytes(300_000), Buffer.from([0, 255, 10, 13]), randomBytes(70_000)];
    await journal.append(data);
    const read = await journal.read(10);
    expect(read.map((record, index) => record.data.equals(data[index]!))).toEqual([true, true, true]);
  });

  it('counts what is pending', async () => {
    const { journal } = await journalIn();
    expect(journal.pending()).toEqual({ records: 0, bytes: 0 });
    await journal.append(records('abc', 'de'));
    expect(journal.pending()).toEqual({ records: 2, bytes: 5 + 2 * 8 });
    const [first] = await journal.read(1);
    await journal.trim(first!.next);
    expect(journal.pending()).toEqual({ records: 1, bytes: 2 + 8 });
  });

  it('does not read what is not yet synced', async () => {
    const { journal } = await journalIn();
    const appended = journal.append(records('a'));
    expect(journal.pending().records).toBe(0);
    await appended;
    expect(texts(await journal.read(1))).toEqual(['a']);
  });

  it('goes on after it was opened again: records, position and order', async () => {
    const { journal, directory } = await journalIn();
    await journal.append(records('a', 'b', 'c'));
    const read = await journal.read(3);
    await journal.trim(read[0]!.next);
    await journal.close();

    const { journal: again, lines } = await journalIn(directory);
    expect(again.pending()).toEqual({ records: 2, bytes: 18 });
    await again.append(records('d'));
    expect(texts(await again.read(10))).toEqual(['b', 'c', 'd']);
    await again.trim(read[1]!.next);
    expect(texts(await again.read(10))).toEqual(['c', 'd']);
    expect(lines).toEqual([]);
  });

  it('removes the files of what is trimmed and never hands out an old position anew', async () => {
    const { journal, directory } = await journalIn(undefined, { segmentBytes: 100 });
    for (let i = 0; i < 20; i++) await journal.append([Buffer.alloc(60, i)]);
    expect(segmentFiles(directory).length).toBe(10);
    const read = await journal.read(20);
    await journal.trim(read[16]!.next);
    expect(segmentFiles(directory).length).toBe(2);
    await journal.trim(read[19]!.next);
    await journal.close();

    const { journal: again } = await journalIn(directory, { segmentBytes: 100 });
    expect(await again.read(1)).toEqual([]);
    await again.append(records('new'));
    const [fresh] = await again.read(1);
    expect(fresh!.next.segment).toBeGreaterThan(read[19]!.next.segment);
    expect(segmentFiles(directory).length).toBeLessThanOrEqual(2);
  });

  it('takes a trim to a place already trimmed as done', async () => {
    const { journal } = await journalIn();
    await journal.append(records('a', 'b', 'c'));
    const read = await journal.read(3);
    await journal.trim(read[1]!.next);
    await journal.trim(read[0]!.next);
    expect(texts(await journal.read(3))).toEqual(['c']);
  });

  it.each([
    ['the middle of a record', { segment: 1, offset: 5 }],
    ['a place behind the end', { segment: 1, offset: 5000 }],
    ['a segment that is not there', { segment: 7, offset: 0 }],
  ])('refuses to trim to %s', async (_name, position) => {
    const { journal, lines } = await journalIn();
    await journal.append(records('abc', 'def'));
    await expect(journal.trim(position)).rejects.toThrow(RangeError);
    expect(texts(await journal.read(3))).toEqual(['abc', 'def']);
    expect(lines).toEqual([]);
  });

  it('refuses what does not fit, whole, and takes it after a trim', async () => {
    const { journal, directory } = await journalIn(undefined, { maxBytes: 100 });
    await journal.append([Buffer.alloc(50)]);
    const refused = journal.append([Buffer.alloc(20), Buffer.alloc(20)]);
    await expect(refused).rejects.toThrow(JournalFullError);
    await expect(refused).rejects.toThrow(`journal ${directory} is full: 56 bytes do not fit beside 58 of at most 100`);
    expect(journal.pending().records).toBe(1);
    await journal.append([Buffer.alloc(34)]);

    const [first] = await journal.read(1);
    await journal.trim(first!.next);
    await journal.append([Buffer.alloc(50)]);
    expect(journal.pending()).toEqual({ records: 2, bytes: 100 });
  });

  it('counts appends under way against the bound', async () => {
    const { journal } = await journalIn(undefined, { maxBytes: 100 });
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => journal.append([Buffer.alloc(32)])));
    expect(answers.map((answer) => answer.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
  });

  it('keeps the order of concurrent appends, with reads and trims in between', async () => {
    const { journal } = await journalIn(undefined, { segmentBytes: 2000 });
    const total = 3000;
    const appended = Promise.all(Array.from({ length: total }, (_, i) => journal.append(records(`r${i}`))));
    const seen: string[] = [];
    while (seen.length < total) {
      const read = await journal.read(70);
      seen.push(...texts(read));
      if (read.length > 0) await journal.trim(read.at(-1)!.next);
      else await new Promise(setImmediate);
    }
    await appended;
    expect(seen).toEqual(Array.from({ length: total }, (_, i) => `r${i}`));
    expect(journal.pending()).toEqual({ records: 0, bytes: 0 });
  });

  it('ends appends under way before it closes, and takes no more', async () => {
    const { journal, directory } = await journalIn();
    const appended = journal.append(records('a'));
    await journal.close();
    await appended;
    await expect(journal.append(records('b'))).rejects.toThrow(`journal ${directory} is closed`);
    await expect(journal.read(1)).rejects.toThrow('is closed');
    const { journal: again } = await journalIn(directory);
    expect(texts(await again.read(2))).toEqual(['a']);
  });

  it('rejects an append that the disk refuses, and goes on when it can', async () => {
    const { journal, directory } = await journalIn();
    const blocker = join(directory, '0000000001.log');
    writeFileSync(blocker, '');
    await expect(journal.append(records('a'))).rejects.toThrow('EEXIST');
    await journal.append(records('b'));
    expect(texts(await journal.read(2))).toEqual(['b']);
    expect(statSync(blocker).size).toBe(0);
  });

  it('names an impossible bound', async () => {
    await expect(journalIn(undefined, { maxBytes: 0 })).rejects.toThrow('maxBytes is 0');
  });
});
