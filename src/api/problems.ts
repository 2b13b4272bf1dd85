import { type Static, Type } from 'typebox';

/** What a problem type says about itself. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Who must do what about it. */
  readonly remedy: string;
}

/** Every problem the API answers with. docs/api-errors.md is this table. */
export const PROBLEM_KINDS = {
  'invalid-request': {
    status: 400,
    title: 'The request does not fit its schema',
    remedy: 'Caller: put right what `problems` names; each has a JSON pointer into params, query, headers or body.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    remedy: 'Caller: send valid HTTP, a valid percent-encoded address and valid JSON.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor is not one of this list',
    remedy: 'Caller: pass `nextCursor` as it was given, with the same filter and sort, or start without a cursor.',
  },
  'telemetry-refused': {
    status: 400,
    title: 'Nothing of the message was taken',
    remedy:
      'Caller: do not send it again; put right what `problems` name, or the source in the configuration. The message is kept ' +
      'among the dead letters, from which it can be taken again.',
  },
  unauthenticated: {
    status: 401,
    title: 'No valid API key or session',
    remedy:
      'Caller: send `Authorization: Bearer <key>`, or sign in. Administrator: `POST /api/v1/keys` or `fettle keys` makes a key.',
  },
  'sign-in-refused': {
    status: 401,
    title: 'Signing in was refused',
    remedy: 'Caller: sign in with a key that is known. Administrator: `POST /api/v1/keys` or `fettle keys` makes one.',
  },
  'session-over': {
    status: 401,
    title: 'The session is over',
    remedy: 'Caller: sign in again: `POST /api/v1/session`, or on the page.',
  },
  forbidden: {
    status: 403,
    title: 'The role does not suffice',
    remedy: 'Administrator: give out a key with the role that `detail` names.',
  },
  'csrf-token': {
    status: 403,
    title: 'The token of the session is missing',
    remedy: 'Caller: send `X-CSRF-Token` as `GET /api/v1/session` tells it, or use an API key.',
  },
  'cross-site': {
    status: 403,
    title: 'The request comes from another site',
    remedy: 'Caller: ask from a page of Fettle itself. Operator: `publicUrl` must be the address that people use.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    remedy: 'Caller: check the id; ids are percent-encoded in paths.',
  },
  'unknown-route': {
    status: 404,
    title: 'There is no such address',
    remedy: 'Caller: see the documentation at `/api/v1/docs`.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take that method',
    remedy: 'Caller: use one of the methods in the `Allow` header.',
  },
  'not-acceptable': {
    status: 406,
    title: 'The answer is not available in an accepted media type',
    remedy: 'Caller: accept the media type that `detail` names.',
  },
  timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    remedy: 'Caller: send it again; look at the network in between.',
  },
  conflict: {
    status: 409,
    title: 'That contradicts the present state',
    remedy: 'Caller: read the thing again; `detail` says what would be possible.',
  },
  'version-mismatch': {
    status: 412,
    title: 'Somebody else changed it in the meantime',
    remedy: 'Caller: read it again and decide anew, with its new version (ETag).',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    remedy: 'Caller: send less at a time.',
  },
  'address-too-long': {
    status: 414,
    title: 'A part of the address is too long',
    remedy: 'Caller: check the id; none has more than 128 characters.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of an unknown media type',
    remedy: 'Caller: send `Content-Type: application/json`, or `text/csv` for an import.',
  },
  unacceptable: {
    status: 422,
    title: 'Well-formed, but not acceptable',
    remedy: 'Caller: put right what `detail` and `problems` name.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    remedy: 'Caller: try again after the seconds in `Retry-After`.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The header fields are too large',
    remedy: 'Caller: send fewer or shorter headers.',
  },
  internal: {
    status: 500,
    title: 'Fettle failed to answer',
    remedy: 'Operator: look in the log for the request id that `detail` names.',
  },
  unavailable: {
    status: 503,
    title: 'A part that is needed does not answer',
    remedy: 'Caller: try again later. Operator: see `/readyz`.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemName = keyof typeof PROBLEM_KINDS;

/** Problem types are URNs, so that they are the same on every installation. */
export function problemType(name: ProblemName): string {
  return `urn:fettle:problem:${name}`;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** RFC 9457 problem details. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Identifies the kind of problem', examples: ['urn:fettle:problem:not-found'] }),
    title: Type.String({ description: 'The same for every problem of this type' }),
    status: Type.Integer({ examples: [404] }),
    detail: Type.String({ description: 'What is wrong here, and what would be valid' }),
    instance: Type.String({ description: 'The request: its id is in the X-Request-Id header and in the log' }),
    problems: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String({ description: 'JSON pointer to the fault', examples: ['/body/siteId'] }),
          message: Type.String(),
          line: Type.Optional(Type.Integer({ description: 'Of a text of several lines, from 1' })),
          column: Type.Optional(Type.Integer({ description: 'From 1' })),
        }),
      ),
    ),
  },
  { $id: 'Problem', description: 'What went wrong (RFC 9457)' },
);
export type Problem = Static<typeof ProblemSchema>;

/** What is said in the particular case, for the documentation; the title where that says it all. */
const DETAILS: Partial<Record<ProblemName, string>> = {
  'invalid-request': 'The request does not fit its schema: /query/limit must be <= 500.',
  'malformed-request': 'The body is no valid JSON.',
  unauthenticated: 'No Authorization header; send "Authorization: Bearer <key>".',
  forbidden: 'This needs the role agent; the key "wall" has the role viewer.',
  'sign-in-refused': 'This key is unknown or revoked.',
  'session-over': 'The session is over; sign in again.',
  'csrf-token': 'x-csrf-token is missing; GET /api/v1/session tells it.',
  'cross-site': 'Only pages of https://fettle.example.com may ask for this.',
  'too-many-requests': 'Too many attempts failed; try again in a minute.',
  'not-found': 'There is no ticket 01M7XQ2A0000000000000000T1.',
  'not-acceptable': 'This is available as application/json only.',
  conflict: 'A closed ticket can not be acknowledged; it can become open.',
  'version-mismatch': 'The ticket is at version 8 now, not at 7.',
  'payload-too-large': 'The body has more than 1048576 bytes.',
  'unsupported-media-type': 'The body is of the type text/plain; send application/json.',
  unacceptable: 'There is no asset model screw-compresor, did you mean screw-compressor?',
  internal: 'The log says more about request 3f0c9a52-6d0e-4a52-9d4e-0d1f7d0c2b11.',
  unavailable: 'The database does not answer.',
};

export function problemExample(name: ProblemName): Problem {
  const { status, title } = PROBLEM_KINDS[name];
  return {
    type: problemType(name),
    title,
    status,
    detail: DETAILS[name] ?? `${title}.`,
    instance: 'urn:uuid:3f0c9a52-6d0e-4a52-9d4e-0d1f7d0c2b11',
    ...(name === 'invalid-request' && { problems: [{ path: '/query/limit', message: 'must be <= 500' }] }),
  };
}
