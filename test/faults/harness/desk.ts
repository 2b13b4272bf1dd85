import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export const DESK_MOODS = ['well', 'late', 'hangs-up', 'silent', 'fails', 'busy'] as const;
/**
 * late: takes it and answers seconds later; hangs-up: takes it and drops the connection; silent: takes nothing and says
 * nothing; fails: 500; busy: 429.
 */
export type DeskMood = (typeof DESK_MOODS)[number];

interface DeliveryBody {
  readonly key: string;
  readonly event: string;
  readonly ticket: { readonly id: string; readonly status: string };
}

/** Below and above the time that Fettle waits for an answer. */
const LATE = [1000, 5000] as const;

/** What a service desk makes of deliveries, as one that honours `Idempotency-Key` and as one that does not. */
export class Desk {
  mood: DeskMood = 'well';
  readonly url: string;
  /** Requests received, whatever became of them. */
  requests = 0;
  readonly #close: () => Promise<void>;
  /** By key: those taken once. */
  readonly #taken = new Map<string, DeliveryBody>();
  /** By ticket: how often it was created where keys are not looked at. */
  readonly #createdWithoutKeys = new Map<string, number>();
  readonly #lastStatus = new Map<string, string>();

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<Desk> {
    const server = createServer(async (request, response) => {
      request.on('error', () => response.destroy());
      const body = (await json(request).catch(() => undefined)) as DeliveryBody | undefined;
      if (body) await desk.#answer(body, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const desk = new Desk(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    });
    return desk;
  }

  /** By ticket: how many work orders a desk has that honours keys. */
  get created(): ReadonlyMap<string, number> {
    const created = new Map<string, number>();
    for (const { event, ticket } of this.#taken.values()) {
      if (event === 'ticket.opened') created.set(ticket.id, (created.get(ticket.id) ?? 0) + 1);
    }
    return created;
  }

  /** By ticket: how many work orders a desk has that does not look at keys. */
  get createdWithoutKeys(): ReadonlyMap<string, number> {
    return this.#createdWithoutKeys;
  }

  /** By ticket: its status as last told. */
  get statuses(): ReadonlyMap<string, string> {
    return this.#lastStatus;
  }

  get deliveries(): number {
    return this.#taken.size;
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #answer(body: DeliveryBody, response: ServerResponse): Promise<void> {
    this.requests++;
    const { mood } = this;
    if (mood === 'silent') return;
    if (mood === 'fails' || mood === 'busy') {
      response.writeHead(mood === 'busy' ? 429 : 500, mood === 'busy' ? { 'Retry-After': '1' } : {}).end('not now');
      return;
    }
    this.#take(body);
    if (mood === 'hangs-up') {
      response.destroy();
      return;
    }
    if (mood === 'late') await delay(LATE[this.requests % LATE.length]);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ id: `WO-${body.ticket.id}` }));
  }

  #take(body: DeliveryBody): void {
    const { key, event, ticket } = body;
    if (event === 'ticket.opened') {
      this.#createdWithoutKeys.set(ticket.id, (this.#createdWithoutKeys.get(ticket.id) ?? 0) + 1);
    }
    if (this.#taken.has(key)) return;
    this.#taken.set(key, body);
    this.#lastStatus.set(ticket.id, ticket.status);
  }
}
