import { InvalidCursorError, StaleVersionError } from '../ports/database.ts';
import { PROBLEM_KINDS, type Problem, type ProblemName, problemType } from './problems.ts';
import { defined } from './resources/common.ts';
import { ConflictError, NotFoundError, UnacceptableError, UnavailableError } from './services.ts';

export interface Fault {
  /** JSON pointer from the request: `/body/...`, `/query/...`, `/params/...` or `/headers/...`. */
  readonly path: string;
  readonly message: string;
  /** Of a text of several lines, from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** An error of the API itself, by its row in the table of problems. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly faults: readonly Fault[];
  /** Response headers that belong to it. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    problem: ProblemName,
    detail: string,
    more: { faults?: readonly Fault[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.problem = problem;
    this.faults = more.faults ?? [];
    this.headers = more.headers ?? {};
  }
}

/** The request does not fit; names every fault found. */
export function invalidRequest(faults: readonly Fault[]): ProblemError {
  const detail = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new ProblemError('invalid-request', detail, { faults });
}

/** By error class: what the services and ports reject with. */
const BY_CLASS: readonly (readonly [abstract new (...args: never[]) => Error, ProblemName])[] = [
  [NotFoundError, 'not-found'],
  [ConflictError, 'conflict'],
  [UnacceptableError, 'unacceptable'],
  [InvalidCursorError, 'invalid-cursor'],
  [StaleVersionError, 'version-mismatch'],
  [UnavailableError, 'unavailable'],
];

/** By error code of Fastify, for what it refuses before a handler is asked. */
const BY_CODE: Readonly<Record<string, ProblemName>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_BAD_URL: 'malformed-request',
  FST_ERR_MAX_PARAM_LENGTH: 'address-too-long',
};

/** The row of the table for an error; `internal` for all that is not foreseen. */
export function classify(error: unknown): ProblemName {
  if (error instanceof ProblemError) return error.problem;
  const known = BY_CLASS.find(([type]) => error instanceof type);
  if (known) return known[1];
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return BY_CODE[code] ?? 'internal';
}

/** Problem details of an error. What is internal stays in the log, under the id of the request. */
export function toProblem(error: unknown, requestId: string): Problem {
  const name = classify(error);
  const { status, title } = PROBLEM_KINDS[name];
  const problem: Problem = {
    type: problemType(name),
    title,
    status,
    detail: detailOf(error, name, requestId),
    instance: `urn:uuid:${requestId}`,
  };
  const faults = faultsOf(error);
  if (faults.length > 0)
    problem.problems = faults.map(({ path, message, line, column }) => ({
      path,
      message,
      ...defined({ line, column }),
    }));
  return problem;
}

function detailOf(error: unknown, name: ProblemName, requestId: string): string {
  if (name === 'internal') return `The log has the cause under request id ${requestId}.`;
  if (error instanceof UnavailableError) return `The ${error.part} does not answer; try again in a moment.`;
  return (error as Error).message;
}

function faultsOf(error: unknown): readonly Fault[] {
  if (error instanceof ProblemError) return error.faults;
  if (!(error instanceof UnacceptableError)) return [];
  return error.problems.map((problem) => ({ ...problem, path: `/body${problem.path}` }));
}
