import type { DeskOrder, DeskPeople } from './rig.ts';
import { type Answered, type Asked, type Route, StandIn } from './standIn.ts';

interface Issue {
  readonly key: string;
  summary: string;
  readonly description: string;
  readonly labels: readonly string[];
  category: 'new' | 'indeterminate' | 'done';
  resolution: string | undefined;
  updatedAt: number;
}

interface Comment {
  readonly id: string;
  readonly key: string;
  readonly body: string;
  readonly author: string;
  readonly at: number;
}

const TRANSITIONS = [
  { id: '11', name: 'Start work', from: ['new'], to: 'indeterminate' },
  { id: '761', name: 'Resolve this issue', from: ['new', 'indeterminate'], to: 'done' },
  { id: '31', name: 'Reopen', from: ['done'], to: 'indeterminate' },
] as const satisfies readonly { id: string; name: string; from: readonly Issue['category'][]; to: Issue['category'] }[];

export const JIRA_USER = { username: 'fettle@example.com', password: 'API token' };

/**
 * What https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/ and
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/ say of requests and answers. The
 * search knows only what was indexed by the last `settle`: it is eventually consistent.
 */
export class Jira implements DeskPeople {
  readonly #issues = new Map<string, Issue>();
  readonly #moved = new Map<string, string>();
  readonly #comments: Comment[] = [];
  #index: Issue[] = [];
  #count = 0;
  #server: StandIn | undefined;

  static async start(): Promise<Jira> {
    const jira = new Jira();
    const login = `Basic ${Buffer.from(`${JIRA_USER.username}:${JIRA_USER.password}`).toString('base64')}`;
    jira.#server = await StandIn.start(
      jira.#routes(),
      ({ headers }) =>
        headers.authorization === login
          ? undefined
          : { status: 401, body: { errorMessage: 'Client must be authenticated to access this resource.' } },
      { status: 404, body: { errorMessage: 'Not Found' } },
    );
    return jira;
  }

  get url(): string {
    return this.#server!.url;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  /** The index has caught up. */
  settle(): void {
    this.#index = [...this.#issues.values()].map((issue) => ({ ...issue }));
  }

  async orders(which: Parameters<DeskPeople['orders']>[0]): Promise<DeskOrder[]> {
    return [...this.#issues.values()]
      .filter(({ key, summary }) => ('id' in which ? key === which.id : summary === which.title))
      .map(({ key, summary, description, category }) => {
        const comments = this.#comments.filter((comment) => comment.key === key).map(({ body }) => body);
        return { id: key, title: summary, text: description, comments, isOver: category === 'done' };
      });
  }

  async comment(id: string, text: string): Promise<void> {
    this.#say(id, text, 'Anna Agent');
  }

  async close(id: string, found?: string): Promise<void> {
    this.#change(id, { category: 'done', resolution: found ?? 'Done' });
  }

  async work(id: string): Promise<void> {
    this.#change(id, { category: 'indeterminate' });
  }

  async remove(id: string): Promise<void> {
    this.#issues.delete(id);
  }

  /** To another project, which gives it another key; the old one still finds it. */
  move(id: string): string {
    const key = `OTHER-${++this.#count}`;
    const issue = this.#issues.get(id)!;
    this.#issues.delete(id);
    this.#issues.set(key, { ...issue, key });
    this.#moved.set(id, key);
    return key;
  }

  #routes(): Route[] {
    return [
      ['POST', /^\/rest\/servicedeskapi\/request$/, (asked) => this.#create(asked)],
      ['GET', /^\/rest\/api\/3\/search\/jql$/, (asked) => this.#search(asked)],
      ['GET', /^\/rest\/api\/3\/issue\/([\w-]+)$/, ({ at }) => this.#show(at[0]!)],
      ['PUT', /^\/rest\/api\/3\/issue\/([\w-]+)$/, (asked) => this.#edit(asked)],
      ['GET', /^\/rest\/servicedeskapi\/request\/([\w-]+)\/comment$/, (asked) => this.#commentsOf(asked)],
      ['POST', /^\/rest\/servicedeskapi\/request\/([\w-]+)\/comment$/, (asked) => this.#addComment(asked)],
      ['GET', /^\/rest\/servicedeskapi\/request\/([\w-]+)\/transition$/, ({ at }) => this.#transitions(at[0]!)],
      ['POST', /^\/rest\/servicedeskapi\/request\/([\w-]+)\/transition$/, (asked) => this.#transition(asked)],
    ];
  }

  #create({ body }: Asked): Answered {
    const { summary = '', description = '', labels = [] } = body.requestFieldValues as Partial<Issue>;
    if (body.serviceDeskId !== '3' || body.requestTypeId !== '25') {
      return {
        status: 400,
        body: { errorMessage: 'The service desk or request type does not exist', i18nErrorMessage: {} },
      };
    }
    const key = `FLEET-${++this.#count}`;
    this.#issues.set(key, {
      key,
      summary,
      description,
      labels,
      category: 'new',
      resolution: undefined,
      updatedAt: Date.now(),
    });
    return {
      status: 201,
      body: { issueId: String(10_000 + this.#count), issueKey: key, requestTypeId: '25', serviceDeskId: '3' },
    };
  }

  #search({ query }: Asked): Answered {
    const jql = query.get('jql') ?? '';
    const label = /labels = "?([\w-]+)"?/.exec(jql)?.[1];
    const minutes = /updated >= "(-?\d+)m"/.exec(jql)?.[1];
    const since = minutes === undefined ? 0 : Date.now() + Number(minutes) * 60_000;
    const found = this.#index.filter(
      ({ labels, updatedAt, category }) =>
        (label === undefined || labels.includes(label)) &&
        updatedAt >= since &&
        (!jql.includes('statusCategory != Done') || category !== 'done'),
    );
    const size = Number(query.get('maxResults') ?? 50);
    const from = Number(query.get('nextPageToken') ?? 0);
    const isLast = from + size >= found.length;
    const issues = found
      .slice(from, from + size)
      .map(({ key, updatedAt }) => ({ id: '1', key, fields: { updated: jiraTime(updatedAt) } }));
    return { status: 200, body: { issues, isLast, ...(!isLast && { nextPageToken: String(from + size) }) } };
  }

  #show(id: string): Answered {
    const issue = this.#find(id);
    if (!issue) return notFound();
    const { key, category, resolution, updatedAt } = issue;
    const fields = {
      status: { name: 'Whatever', statusCategory: { key: category } },
      resolution: resolution === undefined ? null : { name: resolution },
      updated: jiraTime(updatedAt),
    };
    return { status: 200, body: { id: '1', key, fields } };
  }

  #edit({ at, body }: Asked): Answered {
    const issue = this.#find(at[0]!);
    if (!issue) return notFound();
    this.#change(issue.key, body.fields as Partial<Issue>);
    return { status: 204 };
  }

  #commentsOf({ at, query }: Asked): Answered {
    const issue = this.#find(at[0]!);
    if (!issue) return notFound();
    const start = Number(query.get('start') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    const all = this.#comments.filter(({ key }) => key === issue.key);
    const values = all.slice(start, start + limit).map(({ id, body, author, at: time }) => ({
      id,
      body,
      public: true,
      author: { displayName: author },
      created: { iso8601: jiraTime(time), epochMillis: time },
    }));
    return {
      status: 200,
      body: { size: values.length, start, limit, isLastPage: start + limit >= all.length, values },
    };
  }

  #addComment({ at, body }: Asked): Answered {
    const issue = this.#find(at[0]!);
    if (!issue) return notFound();
    this.#say(issue.key, String(body.body), 'Fettle');
    return { status: 201, body: { id: String(this.#count) } };
  }

  #transitions(id: string): Answered {
    const issue = this.#find(id);
    if (!issue) return notFound();
    const values = TRANSITIONS.filter(({ from }) => (from as readonly string[]).includes(issue.category)).map(
      ({ id, name }) => ({ id, name }),
    );
    return { status: 200, body: { size: values.length, start: 0, limit: 100, isLastPage: true, values } };
  }

  #transition({ at, body }: Asked): Answered {
    const issue = this.#find(at[0]!);
    if (!issue) return notFound();
    const taken = TRANSITIONS.find(
      ({ id, from }) => id === body.id && (from as readonly string[]).includes(issue.category),
    );
    if (!taken) return { status: 400, body: { errorMessage: 'This transition is not available' } };
    this.#change(issue.key, { category: taken.to, resolution: taken.to === 'done' ? 'Done' : undefined });
    const { body: text } = (body.additionalComment ?? {}) as { body?: string };
    if (text !== undefined) this.#say(issue.key, text, 'Fettle');
    return { status: 204 };
  }

  #find(id: string): Issue | undefined {
    return this.#issues.get(this.#moved.get(id) ?? id);
  }

  #say(key: string, body: string, author: string): void {
    this.#comments.push({ id: String(++this.#count), key, body, author, at: Date.now() });
    this.#change(key, {});
  }

  #change(key: string, change: Partial<Issue>): void {
    const issue = this.#issues.get(key);
    if (issue) Object.assign(issue, change, { updatedAt: Date.now() });
  }
}

function jiraTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '+0000');
}

function notFound(): Answered {
  return {
    status: 404,
    body: { errorMessages: ['Issue does not exist or you do not have permission to see it.'], errors: {} },
  };
}
