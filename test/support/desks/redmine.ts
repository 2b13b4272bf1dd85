import type { DeskOrder, DeskPeople } from './rig.ts';
import { type Answered, type Asked, type Route, StandIn } from './standIn.ts';

interface Issue {
  readonly id: number;
  subject: string;
  readonly description: string;
  status: string;
  readonly fields: readonly { readonly id: number; readonly value: string }[];
  updatedAt: string;
}

interface Journal {
  readonly id: number;
  readonly issueId: number;
  readonly notes: string;
  readonly user: string;
  readonly createdOn: string;
}

export const REDMINE_KEY = 'api key of Redmine';
export const KEY_FIELD = '4';
const STATUSES: Readonly<Record<string, string>> = {
  1: 'New',
  2: 'In Progress',
  3: 'Resolved',
  4: 'Feedback',
  5: 'Closed',
  6: 'Rejected',
};
const CLOSED = ['Closed', 'Rejected'];

/**
 * What https://www.redmine.org/projects/redmine/wiki/Rest_Issues says of requests and answers. A custom field that is no
 * filter is ignored in a query, as there.
 */
export class Redmine implements DeskPeople {
  isFilter = true;
  readonly #issues = new Map<number, Issue>();
  readonly #journals: Journal[] = [];
  #ids = 0;
  #server: StandIn | undefined;

  static async start(): Promise<Redmine> {
    const redmine = new Redmine();
    redmine.#server = await StandIn.start(
      redmine.#routes(),
      ({ headers }) => (headers['x-redmine-api-key'] === REDMINE_KEY ? undefined : { status: 401 }),
      { status: 404 },
    );
    return redmine;
  }

  get url(): string {
    return this.#server!.url;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  async orders(which: Parameters<DeskPeople['orders']>[0]): Promise<DeskOrder[]> {
    return [...this.#issues.values()]
      .filter(({ id, subject }) => ('id' in which ? String(id) === which.id : subject === which.title))
      .map(({ id, subject, description, status }) => {
        const comments = this.#journals.filter(({ issueId }) => issueId === id).map(({ notes }) => notes);
        return { id: String(id), title: subject, text: description, comments, isOver: CLOSED.includes(status) };
      });
  }

  async comment(id: string, text: string): Promise<void> {
    this.#change(Number(id), {}, text, 'Anna Agent');
  }

  async close(id: string): Promise<void> {
    this.#change(Number(id), { status: 'Closed' }, '', 'Anna Agent');
  }

  async work(id: string): Promise<void> {
    this.#change(Number(id), { status: 'In Progress' }, '', 'Anna Agent');
  }

  async remove(id: string): Promise<void> {
    this.#issues.delete(Number(id));
  }

  #routes(): Route[] {
    return [
      ['POST', /^\/issues\.json$/, (asked) => this.#create(asked)],
      ['GET', /^\/issues\.json$/, (asked) => this.#list(asked)],
      ['GET', /^\/issues\/(\d+)\.json$/, (asked) => this.#show(asked)],
      ['PUT', /^\/issues\/(\d+)\.json$/, (asked) => this.#update(asked)],
    ];
  }

  #create({ body }: Asked): Answered {
    const issue = body.issue as Record<string, unknown>;
    if (issue.project_id !== 'fleet') return { status: 422, body: { errors: ['Project is not valid'] } };
    const given = (issue.custom_fields ?? []) as { id: string; value: string }[];
    const fields = given.map(({ id, value }) => ({ id: Number(id), value }));
    const id = ++this.#ids;
    const [subject, description] = [String(issue.subject), String(issue.description)];
    this.#issues.set(id, { id, subject, description, status: 'New', fields, updatedAt: now() });
    return { status: 201, body: { issue: shown(this.#issues.get(id)!) } };
  }

  #list({ query }: Asked): Answered {
    const key = this.isFilter ? query.get(`cf_${KEY_FIELD}`) : null;
    const since = query.get('updated_on')?.replace('>=', '') ?? '';
    const all = [...this.#issues.values()].filter(
      ({ fields, updatedAt, status }) =>
        (key === null || fields.some(({ value }) => value === key)) &&
        updatedAt >= since &&
        (query.get('status_id') === '*' || !CLOSED.includes(status)),
    );
    const [offset, limit] = [Number(query.get('offset') ?? 0), Math.min(100, Number(query.get('limit') ?? 25))];
    const issues = all.slice(offset, offset + limit).map(shown);
    return { status: 200, body: { issues, total_count: all.length, offset, limit } };
  }

  #show({ at, query }: Asked): Answered {
    const issue = this.#issues.get(Number(at[0]));
    if (!issue) return { status: 404 };
    const journals = this.#journals
      .filter(({ issueId }) => issueId === issue.id)
      .map(({ id, notes, user, createdOn }) => ({
        id,
        user: { id: 1, name: user },
        notes,
        created_on: createdOn,
        details: [],
      }));
    const body = { ...shown(issue), ...(query.get('include') === 'journals' && { journals }) };
    return { status: 200, body: { issue: body } };
  }

  #update({ at, body }: Asked): Answered {
    const issue = this.#issues.get(Number(at[0]));
    if (!issue) return { status: 404 };
    const { subject, status_id, notes = '' } = body.issue as Record<string, string>;
    const status = status_id === undefined ? undefined : STATUSES[status_id];
    this.#change(issue.id, { ...(subject && { subject }), ...(status && { status }) }, notes, 'Fettle');
    return { status: 204 };
  }

  /** Each change is an entry of the journal, with or without notes. */
  #change(id: number, change: Partial<Issue>, notes: string, user: string): void {
    const issue = this.#issues.get(id);
    if (!issue) return;
    Object.assign(issue, change, { updatedAt: now() });
    this.#journals.push({ id: ++this.#ids, issueId: id, notes, user, createdOn: now() });
  }
}

function shown({ id, subject, description, status, fields, updatedAt }: Issue): object {
  const custom_fields = fields.map(({ id: field, value }) => ({ id: field, name: 'Fettle key', value }));
  return { id, subject, description, status: { id: 1, name: status }, custom_fields, updated_on: updatedAt };
}

/** To the second. */
function now(): string {
  return new Date().toISOString().replace(/\.\d+Z/, 'Z');
}
