import { setTimeout as delay } from 'node:timers/promises';
import { API_KEY } from '../../support/installation.ts';
import type { Message } from './messages.ts';
import type { Pace } from './pace.ts';
import type { OnAcknowledged, Sender } from './sender.ts';

/** A frozen Fettle does not even refuse. */
const ANSWER_TIMEOUT = 5000;
const TURN = 20;
const AGAIN_AFTER = 100;

/**
 * A gateway that posts: one message after the other, each again until it is answered as durable, or, where nothing of it
 * was taken, as kept among the dead letters.
 */
export class Poster implements Sender {
  published = 0;
  acknowledged = 0;
  readonly #url: string;
  readonly #pace: Pace;
  readonly #onAcknowledged: OnAcknowledged;
  readonly #queue: Message[] = [];
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;

  constructor(url: string, pace: Pace, onAcknowledged: OnAcknowledged) {
    this.#url = url;
    this.#pace = pace;
    this.#onAcknowledged = onAcknowledged;
    this.#loop = this.#run();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  offer(messages: readonly Message[]): void {
    this.#queue.push(...messages);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const [message] = this.#queue;
      if (!message || this.acknowledged > this.#pace.allowed) await delay(TURN);
      else if (await this.#isTaken(message)) this.#acknowledge(message);
      else await delay(AGAIN_AFTER);
    }
  }

  #acknowledge(message: Message): void {
    this.#queue.shift();
    this.acknowledged++;
    this.#onAcknowledged(message);
  }

  async #isTaken({ topic, payload }: Message): Promise<boolean> {
    this.published++;
    try {
      const answer = await fetch(`${this.#url}/api/v1/telemetry/rigs?topic=${encodeURIComponent(topic)}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
        body: payload,
        signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(ANSWER_TIMEOUT)]),
      });
      const text = await answer.text();
      return answer.status === 200 || (answer.status === 400 && text.includes(':telemetry-refused"'));
    } catch {
      return false;
    }
  }
}
