import type { FastifyInstance } from 'fastify';
import { ProblemError } from './errors.ts';

/**
 * Notes the addresses registered from now on. The function returned adds to each of them an answer 405 with `Allow` to
 * the methods it does not take.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const addresses = new Set<string>();
  app.addHook('onRoute', ({ url }) => void addresses.add(url));
  return () => {
    for (const url of [...addresses]) {
      const taken = app.supportedMethods.filter((method) => app.hasRoute({ method, url }));
      const allow = taken.sort().join(', ');
      app.route({
        method: app.supportedMethods.filter((method) => !taken.includes(method)),
        url,
        schema: { hide: true },
        exposeHeadRoute: false,
        onRequest: async () => {
          throw new ProblemError('method-not-allowed', `This address takes ${allow}.`, { headers: { allow } });
        },
        handler: () => undefined,
      });
    }
  };
}
