import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openJournal } from '../../../src/adapters/journal/index.ts';
import { type Journal, JournalFullError, type JournalRecord } from '../../../src/ports/journal.ts';
import { recordLog } from '../../support/recordLog.ts';
import { makeTempFolder } from '../../support/temp.ts';

const MAX_BYTES = 2000;

/** What a journal is, in memory. */
interface Model {
  readonly held: Buffer[];
}

/** A journal that can be opened again in place. */
interface Real {
  readonly directory: string;
  readonly segmentBytes: number;
  journal: Journal;
}

type Command = fc.AsyncCommand<Model, Real>;

function bytesOf(records: readonly Uint8Array[]): number {
  return records.reduce((sum, data) => sum + data.byteLength + 8, 0);
}

const append = fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 6 }).map((added): Command => {
  return {
    check: () => true,
    async run(model, real) {
      if (bytesOf(model.held) + bytesOf(added) > MAX_BYTES) {
        await expect(real.journal.append(added)).rejects.toThrow(JournalFullError);
      } else {
        await real.journal.append(added);
        model.held.push(...added.map((data) => Buffer.from(data)));
      }
      expect(real.journal.pending()).toEqual({ records: model.held.length, bytes: bytesOf(model.held) });
    },
    toString: () => `append(${added.map((data) => data.length)})`,
  };
});

const read = fc.nat(30).map((limit): Command => {
  return {
    check: () => true,
    async run(model, real) {
      expect(dataOf(await real.journal.read(limit))).toEqual(model.held.slice(0, limit));
    },
    toString: () => `read(${limit})`,
  };
});

const trim = fc.integer({ min: 1, max: 30 }).map((count): Command => {
  return {
    check: (model) => model.held.length > 0,
    async run(model, real) {
      const last = (await real.journal.read(count)).at(-1)!;
      await real.journal.trim(last.next);
      model.held.splice(0, count);
      expect(real.journal.pending()).toEqual({ records: model.held.length, bytes: bytesOf(model.held) });
    },
    toString: () => `trim(${count})`,
  };
});

const reopen = fc.constant<Command>({
  check: () => true,
  async run(model, real) {
    await real.journal.close();
    real.journal = await open(real.directory, real.segmentBytes);
    expect(real.journal.pending()).toEqual({ records: model.held.length, bytes: bytesOf(model.held) });
  },
  toString: () => 'reopen',
});

it('behaves like a bounded list that outlives being closed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands([append, read, trim, reopen], { maxCommands: 40 }),
      fc.integer({ min: 1, max: 1000 }),
      async (commands, segmentBytes) => {
        const directory = makeTempFolder();
        const real: Real = { directory, segmentBytes, journal: await open(directory, segmentBytes) };
        try {
          await fc.asyncModelRun(() => ({ model: { held: [] }, real }), commands);
          expect(dataOf(await real.journal.read(1000)).length).toBe(real.journal.pending().records);
        } finally {
          await real.journal.close();
          rmSync(directory, { recursive: true });
        }
      },
    ),
    { numRuns: 60 },
  );
});

function open(directory: string, segmentBytes: number): Promise<Journal> {
  return openJournal({ directory, maxBytes: MAX_BYTES, segmentBytes, log: recordLog().log });
}

function dataOf(records: readonly JournalRecord[]): Buffer[] {
  return records.map((record) => Buffer.from(record.data));
}
