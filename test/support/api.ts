import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { beforeAll, beforeEach, onTestFinished } from 'vitest';
import { type ApiOptions, buildApi } from '../../src/api/index.ts';
import type { Problem } from '../../src/api/problems.ts';
import type { Role } from '../../src/ports/database.ts';
import { NOW } from './apiFixtures.ts';
import { createFakeServices, type FakeServices } from './fakeServices.ts';
import { type LogLine, recordLog } from './recordLog.ts';

export interface TestApi {
  readonly app: FastifyInstance;
  readonly services: FakeServices;
  /** Lines logged so far. */
  readonly lines: LogLine[];
  /** Calls as somebody with this role; a body that is no string goes as JSON. */
  call(
    role: Role | undefined,
    method: string,
    url: string,
    more?: Partial<InjectOptions>,
  ): Promise<LightMyRequestResponse>;
}

/** The API on fake services of its own; closed when the current test has finished. Takes a second: see {@link useTestApi}. */
export async function createTestApi(options: Partial<ApiOptions> = {}): Promise<TestApi> {
  const api = await build(options);
  onTestFinished(() => api.app.close());
  return api;
}

/** One API for all tests of a suite; before each of them its services are as new. */
export function useTestApi(options: Partial<ApiOptions> = {}): TestApi {
  const api: Partial<TestApi> = {};
  beforeAll(async () => {
    Object.assign(api, await build(options));
    return () => api.app?.close();
  });
  beforeEach(() => {
    api.services?.reset();
    api.lines?.splice(0);
  });
  return api as TestApi;
}

async function build(options: Partial<ApiOptions>): Promise<TestApi> {
  const services = createFakeServices();
  const { log, lines } = recordLog();
  const app = await buildApi(services, {
    log,
    publicUrl: 'https://fettle.example',
    parseAssetsCsv: () => ({ assets: [], bindings: [] }),
    parseFailuresCsv: () => ({ failures: [], placeOf: (problem) => problem }),
    now: () => NOW,
    ...options,
  });
  return {
    app,
    services,
    lines,
    call: (role, method, url, more = {}) =>
      app.inject({
        method: method as NonNullable<InjectOptions['method']>,
        url,
        ...more,
        headers: { ...(role && { authorization: `Bearer ${services.keys[role]}` }), ...more.headers },
      }),
  };
}

/** The problem of an answer, after looking that it is one. */
export function problemOf(response: LightMyRequestResponse): Problem {
  const type = response.headers['content-type'];
  if (type !== 'application/problem+json') {
    throw new Error(`${response.statusCode} ${type} is no problem: ${response.body.slice(0, 300)}`);
  }
  const problem = response.json<Problem>();
  if (problem.status !== response.statusCode) throw new Error(`status ${problem.status} is not ${response.statusCode}`);
  return problem;
}
