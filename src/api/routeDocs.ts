import type { FastifyContextConfig, FastifySchema } from 'fastify';
import { PROBLEM_KINDS, PROBLEM_MEDIA_TYPE, type ProblemName, ProblemSchema, problemExample } from './problems.ts';
import { ref } from './resources/common.ts';

/**
 * The schema of a route as the documentation shows it: with who may call it and the problems it may answer. The route
 * itself goes without, for problems are not written by its serializers.
 */
export function documentRoute(
  schema: FastifySchema | undefined,
  config: FastifyContextConfig,
  method: string | string[],
): FastifySchema {
  const { access, problems = [] } = config;
  if (!schema || access === undefined) return { hide: true };
  const isPublic = access === 'public';
  const need = needOf(access);
  return {
    ...schema,
    description: [schema.description, need].filter(Boolean).join('\n\n'),
    security: isPublic ? [] : access === 'telemetry' ? [{ apiKey: [] }] : [{ apiKey: [] }, { session: [] }],
    response: {
      ...problemResponses([
        ...problemsOf(schema, isPublic),
        ...(isPublic || access === 'telemetry' || method === 'GET' ? [] : FORGED),
        ...problems,
      ]),
      ...(schema.response as object),
    },
  };
}

function needOf(access: NonNullable<FastifyContextConfig['access']>): string {
  if (access === 'public') return 'Needs no key.';
  if (access === 'telemetry')
    return 'Needs a key with the role **device** of this source, or with the role **engineer** or above.';
  return `Needs a key with the role **${access}** or above.`;
}

/** What a change may be answered that comes with a session's cookie. */
const FORGED = ['csrf-token', 'cross-site'] as const satisfies readonly ProblemName[];

/** What every route of its kind may answer. */
function problemsOf(schema: FastifySchema, isPublic: boolean): ProblemName[] {
  const names: ProblemName[] = ['not-acceptable', 'internal'];
  if (!isPublic) names.push('unauthenticated', 'session-over', 'forbidden', 'unavailable');
  if (schema.querystring || schema.body) names.push('invalid-request');
  if (schema.params) names.push('not-found');
  if (schema.body) names.push('malformed-request', 'payload-too-large', 'unsupported-media-type');
  return names;
}

/** By status; problems of the same status share one. */
function problemResponses(names: readonly ProblemName[]): Record<number, object> {
  const byStatus = new Map<number, ProblemName[]>();
  for (const name of new Set(names)) {
    const { status } = PROBLEM_KINDS[name];
    byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => {
      const description = ofStatus.map((name) => `${PROBLEM_KINDS[name].title} (\`${name}\`)`).join('; ');
      const examples = Object.fromEntries(ofStatus.map((name) => [name, { value: problemExample(name) }]));
      return [status, { description, content: { [PROBLEM_MEDIA_TYPE]: { schema: ref(ProblemSchema), examples } } }];
    }),
  );
}

/** What has a default need not be sent; the style of a list stands where OpenAPI has it. */
export function relaxDefaults<T>(document: T): T {
  for (const operation of operationsOf(document as Document)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.schema?.default !== undefined) parameter.required = false;
      layOut(parameter);
    }
    for (const media of Object.values(operation.requestBody?.content ?? {})) relaxBody(media.schema);
  }
  return document;
}

/** How a list is written in a query is a matter of the parameter, not of its values. */
function layOut(parameter: Parameter): void {
  const { style, explode } = parameter.schema ?? {};
  if (style === undefined) return;
  Object.assign(parameter, { style, explode });
  delete parameter.schema!.style;
  delete parameter.schema!.explode;
}

interface Parameter {
  required?: boolean;
  schema?: Schema;
}
interface Schema {
  style?: unknown;
  explode?: unknown;
  default?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

function operationsOf(document: Document): Operation[] {
  return Object.values(document.paths).flatMap((path) => Object.values(path));
}

function relaxBody(schema: Schema): void {
  const needed = schema.required?.filter((name) => schema.properties?.[name]?.default === undefined) ?? [];
  if (needed.length > 0) schema.required = needed;
  else delete schema.required;
}
