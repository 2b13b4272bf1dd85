import { connectPublisher, endPublisher, publishSurely, Window } from '../publisher.ts';
import { type Item, isReplacement, type Reading, type Replacement } from './dataset.ts';

export interface PublishOptions {
  readonly mqttUrl: string;
  /** `{asset}` becomes the id. */
  readonly topic: string;
  /** Messages published and not yet acknowledged. Default 200. */
  readonly maxInFlight?: number;
  /** Told of each replacement once all that comes before it is acknowledged; the next message waits for it. */
  readonly onReplacement: (replacement: Replacement) => Promise<void>;
  readonly onProgress?: (acknowledged: number, total: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Publishes the readings in the order given as JSON `{ ts, values }` at QoS 1 over one connection. Resolves when all are
 * acknowledged, or `signal` aborts; gives the number acknowledged.
 */
export async function publishDataSet(items: readonly Item[], options: PublishOptions): Promise<number> {
  const { topic, signal, onReplacement, onProgress } = options;
  const window = new Window(options.maxInFlight ?? 200);
  const client = connectPublisher({ mqttUrl: options.mqttUrl, clientId: `data-set-${process.pid}` });
  const total = items.filter((item) => !isReplacement(item)).length;
  let done = 0;

  async function send({ asset, time, values }: Reading): Promise<void> {
    await window.room(signal);
    if (signal.aborted) return;
    window.take();
    const payload = JSON.stringify({ ts: time, values });
    publishSurely(client, topic.replaceAll('{asset}', asset), payload, signal, (acknowledged) => {
      window.release();
      if (!acknowledged) return;
      done++;
      onProgress?.(done, total);
    });
  }

  try {
    for (const item of items) {
      if (signal.aborted) break;
      if (!isReplacement(item)) await send(item);
      else {
        await window.empty(signal);
        if (!signal.aborted) await onReplacement(item);
      }
    }
    await window.empty(signal);
    return done;
  } finally {
    await endPublisher(client, window.open === 0);
  }
}
