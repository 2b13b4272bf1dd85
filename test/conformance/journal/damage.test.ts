import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp.ts';
import { journalIn, records, segmentFiles, texts } from './support.ts';

const DATA = ['first', 'second record', '', 'fourth'];
const ENDS = [13, 34, 42, 56];

/** A closed journal of one segment with {@link DATA}. */
async function writtenSegment(): Promise<string> {
  const { journal, directory } = await journalIn();
  await journal.append(records(...DATA));
  await journal.close();
  return segmentFiles(directory)[0]!;
}

describe('a torn tail', () => {
  it('costs only the records it tears, at every byte', async () => {
    const whole = await writtenSegment();
    const folder = tempFolder();
    for (let length = 0; length < ENDS.at(-1)!; length++) {
      const directory = join(folder, String(length));
      mkdirSync(directory);
      const torn = join(directory, basename(whole));
      copyFileSync(whole, torn);
      truncateSync(torn, length);

      const { journal, lines } = await journalIn(directory);
      const sound = ENDS.filter((end) => end <= length).length;
      expect(texts(await journal.read(10))).toEqual(DATA.slice(0, sound));
      await journal.append(records('after'));
      expect(texts(await journal.read(10))).toEqual([...DATA.slice(0, sound), 'after']);
      await journal.close();

      const offset = ENDS[sound - 1] ?? 0;
      const cut = { segment: 1, offset, bytes: length - offset, msg: 'journal: cut a torn or damaged tail' };
      expect(lines).toEqual(length === offset ? [] : [expect.objectContaining(cut)]);

      const { journal: again, lines: quiet } = await journalIn(directory);
      expect(again.pending().records).toBe(sound + 1);
      expect(quiet).toEqual([]);
      await again.close();
    }
  });

  it('of zeros, as a lost write leaves it, is no row of empty records', async () => {
    const segment = await writtenSegment();
    writeFileSync(segment, Buffer.concat([readFileSync(segment), Buffer.alloc(4096)]));
    const { journal, lines } = await journalIn(join(segment, '..'));
    expect(texts(await journal.read(100))).toEqual(DATA);
    expect(lines).toEqual([expect.objectContaining({ segment: 1, offset: 56, bytes: 4096 })]);
  });
});

describe('a flipped byte', () => {
  it('anywhere costs the record it hits and no other, and is reported', async () => {
    const whole = readFileSync(await writtenSegment());
    const folder = tempFolder();
    for (let at = 0; at < whole.length; at++) {
      const directory = join(folder, String(at));
      const { journal: writer } = await journalIn(directory, { segmentBytes: 1 });
      await writer.append(records(...DATA));
      await writer.append(records('next segment'));
      await writer.close();
      flip(segmentFiles(directory)[0]!, at);

      const hit = ENDS.findIndex((end) => at < end);
      const { journal, lines } = await journalIn(directory);
      const read = texts(await journal.read(10));
      const offset = ENDS[hit - 1] ?? 0;
      expect(read).toEqual([...DATA.toSpliced(hit, 1), 'next segment']);
      expect(lines).toEqual([expect.objectContaining({ segment: 1, offset, bytes: ENDS[hit]! - offset })]);
      expect(journal.pending().records).toBe(read.length);
      await journal.close();
    }
  });

  it('in the data of a record costs that record alone', async () => {
    const segment = await writtenSegment();
    flip(segment, 25);
    const { journal, lines } = await journalIn(join(segment, '..'));
    expect(texts(await journal.read(10))).toEqual(['first', '', 'fourth']);
    expect(lines).toEqual([expect.objectContaining({ segment: 1, offset: 13, bytes: 21 })]);
  });

  it('while the journal is open is passed over, reported once, and can be trimmed away', async () => {
    const { journal, directory, lines } = await journalIn();
    await journal.append(records(...DATA));
    flip(segmentFiles(directory)[0]!, 25);
    await journal.read(10);
    const read = await journal.read(10);
    expect(texts(read)).toEqual(['first', '', 'fourth']);
    expect(lines).toEqual([expect.objectContaining({ segment: 1, offset: 13, bytes: 21 })]);
    await journal.trim(read.at(-1)!.next);
    expect(await journal.read(10)).toEqual([]);
  });
});

describe('a damaged position file', () => {
  it('makes the journal begin at its oldest segment, reported', async () => {
    const { journal, directory } = await journalIn();
    await journal.append(records('a', 'b'));
    const [first] = await journal.read(1);
    await journal.trim(first!.next);
    await journal.close();
    writeFileSync(join(directory, 'position.json'), '{"segm');

    const { journal: again, lines } = await journalIn(directory);
    expect(texts(await again.read(10))).toEqual(['a', 'b']);
    expect(lines).toEqual([expect.objectContaining({ msg: expect.stringContaining('position is lost') })]);
  });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 0x10;
  writeFileSync(file, bytes);
}

it('that comes about while the journal is open is not counted as waiting once it is met', async () => {
  const { journal, directory, lines } = await journalIn();
  await journal.append(records(...DATA));
  const segment = segmentFiles(directory)[0]!;
  const bytes = readFileSync(segment);
  bytes[ENDS[0]! + 10]! ^= 1;
  writeFileSync(segment, bytes);
  expect(texts(await journal.read(10))).toEqual(DATA.toSpliced(1, 1));
  expect(journal.pending()).toEqual({ records: 3, bytes: 56 - 21 });
  expect(lines).toHaveLength(1);
  const last = (await journal.read(10)).at(-1)!;
  await journal.append(records('after'));
  await journal.trim(last.next);
  expect(journal.pending().records).toBe(1);
  expect(lines).toHaveLength(1);
});
