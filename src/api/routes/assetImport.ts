import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { query } from '../resources/common.ts';
import { UnacceptableError } from '../services.ts';

const EXAMPLE = 'id,modelId,siteId\ncompressor-0815,screw-compressor,leipzig\n';

/** In a scope of its own, because it alone takes CSV. */
export const assetImportRoutes =
  ({ services, parseAssetsCsv, importLimit }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, text, done) => done(null, text));

    app.post(
      '/assets/import',
      {
        bodyLimit: importLimit,
        config: { access: 'engineer', problems: ['unacceptable'] },
        schema: {
          tags: ['assets'],
          summary: 'Register or replace the assets of a CSV file',
          description:
            'All of them with their devices, or nothing when the file has a problem: `/body/3/site` is its column `site` ' +
            'in line 3.',
          operationId: 'importAssets',
          consumes: ['text/csv'],
          querystring: query({
            fileName: Type.String({ maxLength: 200, default: 'assets.csv', description: 'Named in problems' }),
          }),
          body: Type.String({ examples: [EXAMPLE] }),
          response: {
            200: Type.Object(
              { assets: Type.Integer(), bindings: Type.Integer() },
              { description: 'How many were imported' },
            ),
          },
        },
      },
      async (request) => {
        const file = parseAssetsCsv(request.body, request.query.fileName);
        if ('problems' in file) {
          const count = file.problems.length;
          throw new UnacceptableError(
            `${request.query.fileName} has ${count} problem${count === 1 ? '' : 's'}; nothing was imported.`,
            file.problems,
          );
        }
        await services.saveAssets(file.assets, actorOf(request), file.bindings);
        return { assets: file.assets.length, bindings: file.bindings.length };
      },
    );
  };
