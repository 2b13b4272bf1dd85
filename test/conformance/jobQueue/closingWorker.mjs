// Runs one delivery and closes the queue; nothing must keep the process alive then.
// Arguments: address of the built queue, its backend as JSON.
import { pino } from 'pino';

const [moduleUrl, backend] = process.argv.slice(2);
const { openQueue } = await import(moduleUrl);
const log = pino({ level: 'error' }, pino.destination(2));
const queue = await openQueue({ backend: JSON.parse(backend), log });
await queue.add('only');
await new Promise((resolve) => queue.work(async () => resolve()));
await queue.close();
