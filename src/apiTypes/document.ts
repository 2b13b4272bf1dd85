import { buildApi } from '../api/index.ts';
import type { Services } from '../api/services.ts';
import { createLog } from '../log.ts';

/** The OpenAPI document of the REST API, without anything behind it. */
export async function openApiDocument(): Promise<object> {
  const app = await buildApi(undocumented('services', { version: '0' }), {
    log: createLog('silent'),
    publicUrl: 'http://localhost',
    parseAssetsCsv: () => ({ problems: [] }),
    parseFailuresCsv: () => ({ problems: [] }),
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

/** Whatever is asked of it stands for nothing: routes are only registered, never called. */
function undocumented(name: string, known: object): Services {
  return new Proxy(known, {
    get: (target, key) => Reflect.get(target, key) ?? undocumented(`${name}.${String(key)}`, () => undefined),
  }) as Services;
}
