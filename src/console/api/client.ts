import type { Answer, Body, Operation, Params, Problem, Query } from './types';

/** What a request needs beyond its address; what an operation does not have is left out. */
export type Request<O extends Operation> = (keyof Params<O> extends never ? object : { params: Params<O> }) &
  (Record<string, never> extends Query<O> ? { query?: Query<O> } : { query: Query<O> }) &
  (Body<O> extends undefined ? object : { body: Body<O> }) & {
    /** The version that was seen: the change is refused when somebody made another in the meantime. */
    ifMatch?: string | undefined;
    signal?: AbortSignal;
  };

/** An answer that says what is wrong (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** No answer came: the server is not there, or the way to it is cut. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
}

let csrfToken: string | undefined;

/** The token that a session's changes have to carry. */
export function setToken(token: string | undefined): void {
  csrfToken = token;
}

let signedOut: () => void = () => undefined;

/** Calls it whenever an answer says that the session is not what it was: over, or another one. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** Where the page is served: under any path of the public address. */
export function addressOf(path: string): string {
  return new URL(path.replace(/^\//, ''), document.baseURI).href;
}

/** Calls an operation of the API. Rejects with ProblemError, or OfflineError. */
export async function call<O extends Operation>(operation: O, request: Request<O>): Promise<Answer<O>> {
  const { params, query, body, ifMatch, signal } = request as Loose;
  const [method, path] = operation.split(' ') as [string, string];
  const address = addressOf(filled(path, params ?? {})) + queryOf(query ?? {});
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (ifMatch !== undefined) headers.set('if-match', ifMatch);
  if (method !== 'GET' && csrfToken !== undefined) headers.set('x-csrf-token', csrfToken);
  const response = await sent(address, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  if (!response.ok) throw refusal(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as Answer<O>;
}

/** A text that is no operation's answer in JSON; of other statuses those that `taken` names are answers too. */
export async function readText(
  path: string,
  accept: string,
  signal: AbortSignal,
  taken: readonly number[] = [],
): Promise<string> {
  const response = await sent(addressOf(path), { headers: { accept }, signal });
  const text = await response.text();
  if (!response.ok && !taken.includes(response.status)) throw refusal(response.status, text);
  return text;
}

/** What was refused; whoever listens is told where nobody is signed in any more. */
function refusal(status: number, text: string): ProblemError {
  const problem = problemOf(text);
  if (LOST.has(problem.type ?? '')) signedOut();
  return new ProblemError(status, problem);
}

const LOST: ReadonlySet<string> = new Set(
  ['unauthenticated', 'session-over', 'csrf-token'].map((name) => `urn:fettle:problem:${name}`),
);

interface Loose {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

async function sent(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, credentials: 'same-origin' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new OfflineError('Fettle does not answer', { cause: error });
  }
}

function filled(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** Lists go as the API takes them: separated by commas; a comma in a value is for a parameter of its own. */
function queryOf(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
  }
  return search.size === 0 ? '' : `?${search}`;
}

function problemOf(text: string): Partial<Problem> {
  try {
    return JSON.parse(text) as Partial<Problem>;
  } catch {
    return { detail: text.slice(0, 200) };
  }
}
