import type { Static } from 'typebox';
import type { DeadLetterSchema } from '../../src/api/resources/deadLetter.ts';
import type { FindingSchema } from '../../src/api/resources/finding.ts';
import type { TicketSchema } from '../../src/api/resources/ticket.ts';
import type { TicketDetailSchema } from '../../src/api/resources/ticketDetail.ts';
import { API_KEY } from './installation.ts';

export type TicketDocument = Static<typeof TicketSchema>;
export type TicketDetail = Static<typeof TicketDetailSchema>;
export type FindingDocument = Static<typeof FindingSchema>;
export type DeadLetterDocument = Static<typeof DeadLetterSchema>;

/** A client of a running Fettle's API. Rejects for any answer that is no success. */
export class ApiClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get<T>(path: string): Promise<T> {
    return this.#call('GET', path);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.#call('POST', path, body);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#call('PUT', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#fetch('DELETE', `/api/v1${path}`);
  }

  /** All items of a list, page by page. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get<{ items: T[]; nextCursor?: string }>(path + more);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  }

  /** What Prometheus would scrape; rejects when that takes longer than `limit` ms. */
  async metrics(limit = 60_000): Promise<string> {
    return (await this.#fetch('GET', '/metrics', undefined, AbortSignal.timeout(limit))).text();
  }

  /** The value of a metric, summed over its labels; 0 where it has none yet. */
  async metric(name: string): Promise<number> {
    const text = await this.metrics();
    if (!text.includes(`# TYPE ${name} `)) throw new Error(`no metric ${name}`);
    const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#fetch(method, `/api/v1${path}`, body);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async #fetch(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
