import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNKNOWN_TEXT } from '../../../src/api/examples.ts';
import { useTestApi } from '../../support/api.ts';

interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly (Media & { readonly name: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Beyond those that are recommended. */
const RULES = {
  'operation-description': 'error',
  'operation-operationId': 'error',
  'operation-operationId-unique': 'error',
  'operation-operationId-url-safe': 'error',
  'operation-singular-tag': 'error',
  'operation-tag-defined': 'error',
  'operation-4xx-response': 'error',
  'tag-description': 'error',
  'tags-alphabetical': 'off',
  'parameter-description': 'off',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'no-unused-components': 'error',
  'no-ambiguous-paths': 'error',
  'no-identical-paths': 'error',
  'no-path-trailing-slash': 'error',
  'path-not-include-query': 'error',
  'response-contains-property': 'off',
} as const;

const api = useTestApi();
let document: Document;
let operations: Operation[];

beforeAll(async () => {
  document = (await api.call(undefined, 'GET', '/api/v1/openapi.json')).json();
  operations = Object.values(document.paths).flatMap((path) => Object.values(path));
});

describe('the OpenAPI document', () => {
  test('passes the linter: all that it recommends, and examples that fit their schemas', async () => {
    const config = await createConfig({ extends: ['recommended-strict'], rules: RULES });
    const problems = await lintFromString({
      source: JSON.stringify(document),
      absoluteRef: 'openapi.json',
      config,
    });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`)).toEqual(
      [],
    );
  });

  test('describes every operation beyond who may call it', () => {
    const bare = operations.filter(({ description = '' }) => /^Needs (?:no|a) key/.test(description));
    expect(bare.map(({ operationId }) => operationId)).toEqual([]);
  });

  test('has an example of every parameter, body and answer', () => {
    const lacking = operations.flatMap(({ operationId, parameters = [], requestBody, responses }) => {
      const contents = [requestBody, ...Object.values(responses)].flatMap((one) => Object.entries(one?.content ?? {}));
      return [...parameters.map((one) => [one.name, one] as const), ...contents]
        .filter(([, media]) => media.example === undefined && media.examples === undefined)
        .map(([what]) => `${operationId}: ${what}`);
    });
    expect(lacking).toEqual([]);
  });

  test('has no example of a field of which nothing says what it holds', () => {
    const found = operations.flatMap(({ operationId, ...operation }) => {
      const names = new Set<string>();
      JSON.stringify(operation, (name, value) => {
        const isUnknown = value === UNKNOWN_TEXT || (Array.isArray(value) && value.includes(UNKNOWN_TEXT));
        if (isUnknown) names.add(name);
        return value;
      });
      const bare = operation.parameters?.filter(({ example }) => example === UNKNOWN_TEXT).map(({ name }) => name);
      return [...names, ...(bare ?? [])].filter((name) => name !== 'example').map((name) => `${operationId}: ${name}`);
    });
    expect(found, 'give these fields an example in src/api/exampleValues.ts').toEqual([]);
  });

  test('shows a ticket as it is', () => {
    const detail = operations.find(({ operationId }) => operationId === 'getTicket')!;
    const example = detail.responses['200']!.content!['application/json']!.example as Record<string, unknown>;
    expect(example).toMatchObject({ number: 12, status: 'open', solutions: [{ times: 5, helped: 4 }] });
    expect(example.title).toEqual({
      en: 'Compressor 7: Compressor oil, oil aged',
      zh: 'Compressor 7：空压机油，油品老化',
    });
  });
});
