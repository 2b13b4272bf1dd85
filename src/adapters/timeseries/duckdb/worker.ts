import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine.ts';
import { toErrorMessage } from './errors.ts';
import { type Answer, buffersOf, type Call, type EngineOptions } from './protocol.ts';

/** The thread that runs DuckDB: opens the store, then answers calls until the one to close. */
const port = parentPort!;

function post(answer: Answer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(answer, transfer);
}

async function answer(engine: Engine, { id, operation, argument }: Call): Promise<void> {
  try {
    const run = engine[operation] as (argument: unknown) => Promise<unknown>;
    const result = await run(argument);
    post({ kind: 'result', id, result }, buffersOf(result));
  } catch (error) {
    post({ kind: 'failure', id, error: toErrorMessage(error) });
  }
  if (operation === 'close') port.close();
}

try {
  const engine = await Engine.open(workerData as EngineOptions, (line) => post({ kind: 'log', ...line }));
  port.on('message', (call: Call) => void answer(engine, call));
  post({ kind: 'opened' });
} catch (error) {
  post({ kind: 'not-opened', error: toErrorMessage(error) });
}
