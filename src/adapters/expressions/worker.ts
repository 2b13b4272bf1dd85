import { parentPort, workerData } from 'node:worker_threads';
import jsonata from 'jsonata';
import type { Evaluated } from '../../ports/expressions.ts';
import type { Answer, Question, WorkerBounds } from './protocol.ts';

/** The thread that works out expressions, one after another. */
const port = parentPort!;
const { timeout, depth, items, characters } = workerData as WorkerBounds;
const compiled = new Map<string, jsonata.Expression>();

function post(answer: Answer): void {
  port.postMessage(answer);
}

function compile(text: string): jsonata.Expression {
  const known = compiled.get(text);
  if (known) return known;
  const expression = jsonata(text, { timeout, stack: depth, sequence: items });
  compiled.set(text, expression);
  return expression;
}

async function evaluate({ expression, input, bindings }: Question): Promise<Evaluated> {
  try {
    const result: unknown = await compile(expression).evaluate(input, bindings);
    const json = JSON.stringify(result) as string | undefined;
    if (json === undefined || json.length <= characters) return { json };
    return { failure: `the result has ${json.length} characters; ${characters} are taken` };
  } catch (error) {
    const { message, position } = error as { readonly message?: unknown; readonly position?: unknown };
    const at = typeof position === 'number' ? ` (at character ${position} of the expression)` : '';
    return { failure: `${typeof message === 'string' ? message : String(error)}${at}` };
  }
}

let last = Promise.resolve();
port.on('message', (question: Question) => {
  last = last.then(async () => post({ kind: 'evaluated', result: await evaluate(question) }));
});
post({ kind: 'ready' });
