import { compile, type JSONSchema } from 'json-schema-to-typescript';

interface Media {
  readonly schema?: JSONSchema;
}
interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: JSONSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JSONSchema>> };
}

const BANNER =
  '/* Written by `npm run docs` from the OpenAPI document of the API: do not edit. */\n/* biome-ignore-all lint: generated */\n';

/**
 * TypeScript of an OpenAPI document: an interface for each of its schemas, and `Operations`, which has for each operation
 * (`GET /api/v1/assets`) its path parameters, query, JSON body and JSON answer.
 */
export async function typesOf(document: object): Promise<string> {
  const { paths = {}, components = {} } = document as Document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, partsOf(operation)] as const),
  );
  const root = local({
    ...objectOf(Object.fromEntries(operations)),
    title: 'Operations',
    $defs: { ...components.schemas },
  });
  return compile(root, 'Operations', {
    bannerComment: BANNER,
    additionalProperties: false,
    unreachableDefinitions: true,
    ignoreMinAndMaxItems: true,
    format: false,
  });
}

function partsOf({ parameters = [], requestBody, responses = {} }: Operation): JSONSchema {
  const group = (place: string) => {
    const chosen = parameters.filter((parameter) => parameter.in === place);
    const schemas = Object.fromEntries(chosen.map(({ name, schema = {} }) => [name, bare(schema)]));
    return { ...objectOf(schemas), required: chosen.filter(({ required }) => required).map(({ name }) => name) };
  };
  const answered = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  const body = jsonOf(requestBody?.content);
  const answer = jsonOf(answered?.content);
  return objectOf({
    params: group('path'),
    query: group('query'),
    ...(body && { body }),
    ...(answer && { answer }),
  });
}

function jsonOf(content: Readonly<Record<string, Media>> = {}): JSONSchema | undefined {
  return content['application/json']?.schema;
}

function objectOf(properties: Readonly<Record<string, JSONSchema>>): JSONSchema {
  return {
    type: 'object',
    properties: { ...properties },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

/** A parameter's schema is described where the documentation shows it. */
function bare({ description: _said, default: _taken, ...schema }: JSONSchema): JSONSchema {
  return schema;
}

/** References as JSON Schema has them; texts of the documentation stay there. */
function local(value: JSONSchema): JSONSchema {
  const text = JSON.stringify(value, (key, inner) =>
    key === 'example' || key === 'examples' ? undefined : inner,
  ).replaceAll('#/components/schemas/', '#/$defs/');
  return JSON.parse(text) as JSONSchema;
}
