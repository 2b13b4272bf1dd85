import { randomBytes } from 'node:crypto';
import type { DeskOrder, DeskPeople } from './rig.ts';
import { type Answered, type Asked, type Route, StandIn } from './standIn.ts';

type Fields = Record<string, string>;

const FAILURE = { status: 'failure' };
export const SERVICENOW_USER = { username: 'fettle', password: 'secret: of fettle' };

/**
 * What https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html says of requests and answers, for
 * incidents and the journal of their comments and work notes. As there, parts of a query that name no field are ignored.
 */
export class ServiceNow implements DeskPeople {
  readonly #incidents = new Map<string, Fields>();
  readonly #journal: Fields[] = [];
  #server: StandIn | undefined;

  static async start(): Promise<ServiceNow> {
    const desk = new ServiceNow();
    const { username, password } = SERVICENOW_USER;
    const login = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const unknown = { message: 'User Not Authenticated', detail: 'Required to provide Auth information' };
    desk.#server = await StandIn.start(
      desk.#routes(),
      ({ headers }) =>
        headers.authorization === login ? undefined : { status: 401, body: { error: unknown, ...FAILURE } },
      {
        status: 400,
        body: { error: { message: 'Requested URI does not represent any resource', detail: null }, ...FAILURE },
      },
    );
    return desk;
  }

  get url(): string {
    return this.#server!.url;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  async orders(which: Parameters<DeskPeople['orders']>[0]): Promise<DeskOrder[]> {
    return [...this.#incidents.values()]
      .filter(({ sys_id, short_description }) =>
        'id' in which ? sys_id === which.id : short_description === which.title,
      )
      .map(({ sys_id = '', short_description: title = '', description: text = '', state = '', close_notes = '' }) => {
        const comments = this.#journal.filter(({ element_id }) => element_id === sys_id).map(({ value = '' }) => value);
        const isOver = ['6', '7', '8'].includes(state);
        return { id: sys_id, title, text, comments: [...comments, ...(close_notes ? [close_notes] : [])], isOver };
      });
  }

  async comment(id: string, text: string): Promise<void> {
    this.#note(id, 'comments', text, 'anna.agent');
  }

  async close(id: string): Promise<void> {
    this.#change(id, { state: '6', close_code: 'Solution provided', close_notes: 'Done' });
  }

  async work(id: string): Promise<void> {
    this.#change(id, { state: '2' });
  }

  async remove(id: string): Promise<void> {
    this.#incidents.delete(id);
  }

  #routes(): Route[] {
    return [
      ['POST', /^\/api\/now\/table\/incident$/, (asked) => this.#create(asked)],
      ['GET', /^\/api\/now\/table\/incident$/, ({ query }) => list([...this.#incidents.values()], query)],
      ['GET', /^\/api\/now\/table\/sys_journal_field$/, ({ query }) => list(this.#journal, query)],
      ['GET', /^\/api\/now\/table\/incident\/(\w+)$/, ({ at, query }) => this.#show(at[0]!, query)],
      ['PATCH', /^\/api\/now\/table\/incident\/(\w+)$/, (asked) => this.#update(asked)],
    ];
  }

  #create({ body, query }: Asked): Answered {
    const sys_id = randomBytes(16).toString('hex');
    const number = `INC${String(this.#incidents.size + 1).padStart(7, '0')}`;
    const created = {
      state: '1',
      close_notes: '',
      ...(body as Fields),
      sys_id,
      number,
      sys_created_on: now(),
      sys_updated_on: now(),
    };
    this.#incidents.set(sys_id, created);
    return { ...this.#show(sys_id, query), status: 201 };
  }

  #show(id: string, query: URLSearchParams): Answered {
    const incident = this.#incidents.get(id);
    if (incident) return { status: 200, body: { result: fieldsOf(incident, query) } };
    const detail = "Record doesn't exist or ACL restricts the record retrieval";
    return { status: 404, body: { error: { message: 'No Record found', detail }, ...FAILURE } };
  }

  /** Texts given as comments or work notes become entries of the journal; closing needs code and notes. */
  #update({ at, body, query }: Asked): Answered {
    const id = at[0]!;
    const { comments, work_notes, ...fields } = body as Fields;
    if (this.#incidents.has(id)) {
      if (fields.state === '6' && !(fields.close_code && fields.close_notes)) {
        const detail = 'Data Policy Exception: Resolution code, Resolution notes are mandatory';
        return { status: 403, body: { error: { message: 'Operation Failed', detail }, ...FAILURE } };
      }
      this.#change(id, fields);
      if (comments) this.#note(id, 'comments', comments, 'fettle');
      if (work_notes) this.#note(id, 'work_notes', work_notes, 'fettle');
    }
    return this.#show(id, query);
  }

  #note(element_id: string, element: string, value: string, sys_created_by: string): void {
    const sys_id = randomBytes(16).toString('hex');
    this.#journal.push({ sys_id, element_id, element, value, sys_created_by, sys_created_on: now() });
    this.#change(element_id, {});
  }

  #change(id: string, fields: Fields): void {
    const incident = this.#incidents.get(id);
    if (incident) Object.assign(incident, fields, { sys_updated_on: now() });
  }
}

function list(rows: readonly Fields[], query: URLSearchParams): Answered {
  const terms = (query.get('sysparm_query') ?? '').split('^').filter((term) => !term.startsWith('ORDERBY'));
  const found = rows.filter((row) => terms.every((term) => matches(row, term)));
  const from = Number(query.get('sysparm_offset') ?? 0);
  const page = found.slice(from, from + Number(query.get('sysparm_limit') ?? 10_000));
  return { status: 200, body: { result: page.map((row) => fieldsOf(row, query)) } };
}

function matches(row: Fields, term: string): boolean {
  const [, field = '', operator, value = ''] = /^(\w+?)(>=|=|NOT IN|IN)(.*)$/.exec(term) ?? [];
  const given = row[field];
  if (given === undefined) return true;
  if (operator === '>=') return given >= value;
  if (operator === '=') return given === value;
  return value.split(',').includes(given) === (operator === 'IN');
}

function fieldsOf(row: Fields, query: URLSearchParams): Fields {
  const wanted = query.get('sysparm_fields')?.split(',');
  return wanted ? Object.fromEntries(wanted.map((name) => [name, row[name] ?? ''])) : row;
}

/** In UTC, to the second. */
function now(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
