import { type Timestamp, toMicros } from '../../../domain/time.ts';
import type { Connection } from './connection.ts';
import { saying, toStoreError } from './errors.ts';
import type { PolicyName } from './layout.ts';

/** Rows in one part of an answer. */
const CHUNK_ROWS = 5000;
/** Beyond all times there are, in microseconds (the year 2255); InfluxDB ends in 2262. */
const LAST_MICROS = 9_000_000_000_000_000;

/** Rows of one series of the answer to a statement. Times are microseconds. */
export interface Rows {
  /** Position of the statement. */
  readonly statement: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly values: readonly (readonly unknown[])[];
}

/** A part of an answer, as documented for the /query endpoint with `chunked=true`. */
interface Part {
  readonly error?: string;
  readonly results?: readonly {
    readonly statement_id: number;
    readonly error?: string;
    readonly series?: readonly { readonly tags?: Record<string, string>; readonly values?: unknown[][] }[];
  }[];
}

/** Runs statements on a policy and gives their rows as they come, statement by statement. */
export async function* select(
  connection: Connection,
  policy: PolicyName,
  statements: readonly string[],
): AsyncGenerator<Rows> {
  // The InfluxQL of version 3 takes one statement a request.
  const size = connection.where.version === 3 ? 1 : statements.length;
  for (let start = 0; start < statements.length; start += size) {
    for await (const rows of ask(connection, policy, statements.slice(start, start + size))) {
      yield { ...rows, statement: start + rows.statement };
    }
  }
}

async function* ask(connection: Connection, policy: PolicyName, statements: readonly string[]): AsyncGenerator<Rows> {
  const parameters = {
    db: connection.where.database,
    rp: policy,
    epoch: 'u',
    chunked: 'true',
    chunk_size: `${CHUNK_ROWS}`,
  };
  const form = `${new URLSearchParams({ q: statements.join(';') })}`;
  for await (const line of connection.lines(`/query?${new URLSearchParams(parameters)}`, form)) {
    if (line.trim() === '') continue;
    const { error, results = [] } = JSON.parse(line) as Part;
    if (error !== undefined) throw saying(error, undefined, connection.where);
    for (const result of results) {
      if (result.error !== undefined) throw saying(result.error, undefined, connection.where);
      for (const { tags = {}, values = [] } of result.series ?? [])
        yield { statement: result.statement_id, tags, values };
    }
  }
}

/** Runs a statement about the database itself; gives the rows of its answer, or what the server had against it. */
export async function administer(
  connection: Connection,
  statement: string,
): Promise<{ readonly rows: readonly (readonly unknown[])[] } | { readonly refused: string }> {
  try {
    const { text } = await connection.request('POST', '/query', `${new URLSearchParams({ q: statement })}`);
    const { error, results = [] } = JSON.parse(text) as Part;
    const refused = error ?? results[0]?.error;
    if (refused !== undefined) return { refused };
    return { rows: (results[0]?.series ?? []).flatMap(({ values = [] }) => values) };
  } catch (error) {
    throw toStoreError(error, connection.where);
  }
}

/** A text literal. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A name. */
export function name(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A time, or an infinity for none, in whole microseconds that InfluxDB can hold. */
export function toBound(time: Timestamp): number {
  if (Number.isNaN(time)) throw new RangeError('The time-series store was asked for a time that is not a number.');
  return Math.min(Math.max(toMicros(time), -LAST_MICROS), LAST_MICROS);
}

/** `"tag" = 'a' OR "tag" = 'b'`, in brackets. */
export function oneOf(tag: 'asset' | 'metric', ids: readonly string[]): string {
  return `(${ids.map((id) => `"${tag}" = ${text(id)}`).join(' OR ')})`;
}
