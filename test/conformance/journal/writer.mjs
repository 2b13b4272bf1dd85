// Appends numbered records without end and prints the number of each acknowledged one.
// Arguments: address of the built journal, folder.
import { pino } from 'pino';

const [moduleUrl, directory] = process.argv.slice(2);
const { openJournal } = await import(moduleUrl);
const log = pino({ level: 'error' }, pino.destination(2));
const journal = await openJournal({ directory, maxBytes: 1_000_000_000, segmentBytes: 20_000, log });

let next = Number((await journal.read(1_000_000)).at(-1)?.data.toString().split(' ')[0] ?? -1) + 1;
for (;;) {
  const numbers = Array.from({ length: 8 }, () => next++);
  await Promise.all(
    numbers.map(async (number) => {
      await journal.append([Buffer.from(`${number} ${'x'.repeat(number % 500)}`)]);
      process.stdout.write(`${number}\n`);
    }),
  );
}
