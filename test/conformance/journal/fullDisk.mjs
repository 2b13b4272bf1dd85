// Appends to a journal where no file may grow beyond some 100 KB, and prints what came of it as JSON.
// Arguments: address of the built journal, folder.
import { pino } from 'pino';

const [moduleUrl, directory] = process.argv.slice(2);
const { openJournal } = await import(moduleUrl);
const log = pino({ level: 'error' }, pino.destination(2));
const journal = await openJournal({ directory, maxBytes: 100_000_000, segmentBytes: 10_000_000, log });

const outcomes = [];
for (const [name, bytes] of [
  ['small', 1000],
  ['too large', 1_000_000],
  ['small again', 1000],
]) {
  const outcome = await journal.append([Buffer.alloc(bytes, name)]).then(
    () => 'appended',
    (error) => error.code,
  );
  outcomes.push([name, outcome]);
}
const readable = (await journal.read(10)).map((record) => record.data.length);
process.stdout.write(JSON.stringify({ outcomes, readable }));
await journal.close();
