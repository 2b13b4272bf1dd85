import type { DeskOrder, DeskPeople } from './rig.ts';
import { type Answered, type Asked, type Route, StandIn } from './standIn.ts';

interface Ticket {
  readonly id: number;
  title: string;
  state: string;
  priority: string;
  readonly group: string;
  readonly tags: readonly string[];
  updatedAt: string;
}

interface Article {
  readonly id: number;
  readonly ticketId: number;
  readonly body: string;
  readonly contentType: string;
  readonly from: string;
  readonly createdAt: string;
}

export const ZAMMAD_TOKEN = 'zammad token';

/**
 * What https://docs.zammad.org/en/latest/api/ticket/index.html, …/ticket/articles.html, …/ticket/links.html and …/intro.html
 * say of requests and answers. The search knows only what was indexed by the last `settle`: Zammad asks Elasticsearch.
 */
export class Zammad implements DeskPeople {
  readonly #tickets = new Map<number, Ticket>();
  readonly #articles: Article[] = [];
  readonly #merged = new Map<number, number>();
  #index: Ticket[] = [];
  #ids = 0;
  #server: StandIn | undefined;

  static async start(): Promise<Zammad> {
    const zammad = new Zammad();
    zammad.#server = await StandIn.start(
      zammad.#routes(),
      ({ headers }) =>
        headers.authorization === `Token token=${ZAMMAD_TOKEN}`
          ? undefined
          : {
              status: 401,
              body: { error: 'Invalid BasicAuth credentials', error_human: 'Invalid BasicAuth credentials' },
            },
      { status: 404, body: { error: 'No route matches' } },
    );
    return zammad;
  }

  get url(): string {
    return this.#server!.url;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  /** Elasticsearch has caught up. */
  settle(): void {
    this.#index = [...this.#tickets.values()].map((ticket) => ({ ...ticket }));
  }

  async orders(which: Parameters<DeskPeople['orders']>[0]): Promise<DeskOrder[]> {
    return [...this.#tickets.values()]
      .filter(({ id, title }) => ('id' in which ? String(id) === which.id : title === which.title))
      .map(({ id, title, state }) => {
        const texts = this.#articles.filter(({ ticketId }) => ticketId === id).map(({ body }) => body);
        return { id: String(id), title, text: texts[0] ?? '', comments: texts.slice(1), isOver: state === 'closed' };
      });
  }

  async comment(id: string, text: string, contentType = 'text/plain'): Promise<void> {
    this.#article(Number(id), text, contentType, 'Anna Agent');
  }

  async close(id: string): Promise<void> {
    this.#change(Number(id), { state: 'closed' });
  }

  async work(id: string): Promise<void> {
    this.#change(Number(id), { state: 'open' });
  }

  async remove(id: string): Promise<void> {
    this.#tickets.delete(Number(id));
  }

  async merge(id: string, into: string): Promise<void> {
    this.#change(Number(id), { state: 'merged' });
    this.#merged.set(Number(id), Number(into));
  }

  #routes(): Route[] {
    return [
      ['POST', /^\/api\/v1\/tickets$/, (asked) => this.#create(asked)],
      ['GET', /^\/api\/v1\/tickets\/search$/, (asked) => this.#search(asked)],
      ['GET', /^\/api\/v1\/tickets\/(\d+)$/, ({ at, query }) => this.#show(Number(at[0]), query)],
      ['PUT', /^\/api\/v1\/tickets\/(\d+)$/, (asked) => this.#update(asked)],
      ['GET', /^\/api\/v1\/ticket_articles\/by_ticket\/(\d+)$/, ({ at }) => this.#articlesOf(Number(at[0]))],
      ['GET', /^\/api\/v1\/links$/, ({ query }) => this.#links(query)],
    ];
  }

  #create({ body, query }: Asked): Answered {
    if (body.group !== 'Service')
      return { status: 422, body: { error: `No lookup value found for 'group': "${body.group}"` } };
    const id = ++this.#ids;
    const tags = String(body.tags ?? '').split(',');
    const title = String(body.title);
    const priority = String(body.priority ?? '2 normal');
    this.#tickets.set(id, {
      id,
      title,
      state: 'new',
      priority,
      group: 'Service',
      tags,
      updatedAt: new Date().toISOString(),
    });
    const article = body.article as { body: string; content_type?: string };
    this.#article(id, article.body, article.content_type ?? 'text/plain', 'Fettle');
    return { ...this.#show(id, query), status: 201 };
  }

  #search({ query }: Asked): Answered {
    const sought = query.get('query') ?? '';
    const tags = [...sought.matchAll(/tags:(\w+)/g)].map(([, tag]) => tag!);
    const since = /updated_at:\[(\S+) TO \*\]/.exec(sought)?.[1];
    const isOpen = sought.includes('NOT state.name:closed');
    const found = this.#index.filter(
      (ticket) =>
        tags.every((tag) => ticket.tags.includes(tag)) &&
        (since === undefined || ticket.updatedAt >= since) &&
        (!isOpen || (ticket.state !== 'closed' && ticket.state !== 'merged')),
    );
    const size = Math.min(200, Number(query.get('per_page') ?? 50));
    const from = (Number(query.get('page') ?? 1) - 1) * size;
    return { status: 200, body: found.slice(from, from + size).map((ticket) => shown(ticket, true)) };
  }

  #show(id: number, query: URLSearchParams): Answered {
    const ticket = this.#tickets.get(id);
    return ticket ? { status: 200, body: shown(ticket, query.get('expand') === 'true') } : notFound(id);
  }

  #update({ at, body, query }: Asked): Answered {
    const id = Number(at[0]);
    if (!this.#tickets.has(id)) return notFound(id);
    const { title, state, priority } = body as Record<string, string>;
    this.#change(id, { ...(title && { title }), ...(state && { state }), ...(priority && { priority }) });
    const article = body.article as { body: string; content_type?: string } | undefined;
    if (article) this.#article(id, article.body, article.content_type ?? 'text/plain', 'Fettle');
    return this.#show(id, query);
  }

  #articlesOf(id: number): Answered {
    if (!this.#tickets.has(id)) return notFound(id);
    const articles = this.#articles.filter(({ ticketId }) => ticketId === id);
    return {
      status: 200,
      body: articles.map((article) => ({
        id: article.id,
        ticket_id: id,
        from: article.from,
        subject: '',
        body: article.body,
        content_type: article.contentType,
        type: 'note',
        internal: false,
        created_at: article.createdAt,
        updated_at: article.createdAt,
      })),
    };
  }

  #links(query: URLSearchParams): Answered {
    const into = this.#merged.get(Number(query.get('link_object_value')));
    const others = { link_type: 'normal', link_object: 'Ticket', link_object_value: 999_999 };
    const parent = { link_type: 'parent', link_object: 'Ticket', link_object_value: into };
    return { status: 200, body: { links: into === undefined ? [others] : [others, parent], assets: {} } };
  }

  #article(ticketId: number, body: string, contentType: string, from: string): void {
    const createdAt = new Date().toISOString();
    this.#articles.push({ id: ++this.#ids, ticketId, body, contentType, from, createdAt });
    this.#change(ticketId, {});
  }

  #change(id: number, change: Partial<Ticket>): void {
    const ticket = this.#tickets.get(id);
    if (ticket) Object.assign(ticket, change, { updatedAt: new Date().toISOString() });
  }
}

/** With `expand` relations are named beside their ids. */
function shown({ id, title, state, priority, group, updatedAt }: Ticket, expand: boolean): object {
  const plain = {
    id,
    number: String(22_000 + id),
    title,
    state_id: 1,
    priority_id: 2,
    group_id: 1,
    updated_at: updatedAt,
  };
  return expand ? { ...plain, state, priority, group } : plain;
}

function notFound(id: number): Answered {
  const error = `Couldn't find Ticket with 'id'=${id}`;
  return { status: 404, body: { error, error_human: 'No such object(s) found.' } };
}
