import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Whole events of a text/event-stream, as a browser hands them out: those that have data. */
export function parseEvents(text: string): StreamEvent[] {
  let id = '';
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((block) => {
      const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
      id = fields.get('id') ?? id;
      const data = fields.get('data');
      return data === undefined ? [] : [{ id, event: fields.get('event') ?? 'message', data }];
    });
}

/** Follows a stream until it ends or is left. */
export class EventStream {
  #text = '';
  readonly #response: IncomingMessage;
  /** When the other side has ended it, or it was left. */
  readonly ended: Promise<unknown>;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.ended = new Promise((resolve) => response.once('close', resolve));
    response.on('error', () => undefined);
    response.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
  }

  /** By a connection of its own, closed with it: that of `fetch` would be opened anew at once. */
  static async open(url: string, key: string, lastId?: string): Promise<EventStream> {
    const headers = { authorization: `Bearer ${key}`, ...(lastId !== undefined && { 'last-event-id': lastId }) };
    const [response] = (await once(request(url, { headers, agent: false }).end(), 'response')) as [IncomingMessage];
    if (response.statusCode === 200) return new EventStream(response);
    response.resume();
    throw new Error(`answered ${response.statusCode}`);
  }

  get events(): StreamEvent[] {
    return parseEvents(this.#text);
  }

  async leave(): Promise<void> {
    this.#response.destroy();
    await this.ended;
  }
}
