// Works on a queue with a handler that never ends and prints the id of each delivery it begins.
// Arguments: address of the built queue, its backend as JSON.
import { pino } from 'pino';

const [moduleUrl, backend] = process.argv.slice(2);
const { openQueue } = await import(moduleUrl);
const log = pino({ level: 'error' }, pino.destination(2));
const queue = await openQueue({ backend: JSON.parse(backend), lockMs: 500, log });
await queue.work(async ({ id }) => {
  process.stdout.write(`${id}\n`);
  await new Promise(() => undefined);
});
