import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import type { Fault } from '../errors.ts';
import { query } from '../resources/common.ts';
import { UnacceptableError } from '../services.ts';

const EXAMPLE =
  'asset,component,failure-mode,time,detected-by,impact,downtime-minutes,key\n' +
  'compressor-0815,air-filter,clogged,2024-05-01T08:00:00Z,customer,critical,95,erp-40711\n';

/** In a scope of its own, because it alone takes CSV. */
export const failureImportRoutes =
  ({ services, parseFailuresCsv, importLimit }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, text, done) => done(null, text));

    app.post(
      '/failures/import',
      {
        bodyLimit: importLimit,
        config: { access: 'agent', problems: ['unacceptable'] },
        schema: {
          tags: ['outcomes'],
          summary: 'Record the failures of a CSV file',
          description:
            'All of them, or nothing when the file has a problem: `/body/3/time` is its column `time` in line 3. Columns: ' +
            '`asset`, `component`, `time`; optional `failure-mode`, `detected-by` (staff), `impact` (critical), `downtime-minutes`, ' +
            '`note`, `ticket`, `key`, and `replaced` (when) with `reading`, `serial`, `removed`. The same `key` is the same failure, so ' +
            'that a file can be sent again; without one it is asset, component, failure mode and time. At most 2000 rows at a time.',
          operationId: 'importFailures',
          consumes: ['text/csv'],
          querystring: query({
            fileName: Type.String({ maxLength: 200, default: 'failures.csv', description: 'Named in problems' }),
          }),
          body: Type.String({ examples: [EXAMPLE] }),
          response: {
            200: Type.Object(
              {
                recorded: Type.Integer(),
                corrected: Type.Integer({ description: 'Known, and said otherwise now' }),
                unchanged: Type.Integer(),
                left: Type.Integer({ description: 'Somebody had taken them out' }),
              },
              { description: 'What became of the rows' },
            ),
          },
        },
      },
      async (request) => {
        const { fileName } = request.query;
        const file = parseFailuresCsv(request.body, fileName);
        if ('problems' in file) throw refused(fileName, file.problems);
        try {
          const said = file.failures.map(({ failure }) => failure);
          const { failures: _, ...counts } = await services.failures.record(said, 'csv', actorOf(request));
          return counts;
        } catch (error) {
          if (!(error instanceof UnacceptableError)) throw error;
          throw refused(
            fileName,
            error.problems.map((problem) => file.placeOf(problem)),
          );
        }
      },
    );
  };

function refused(fileName: string, problems: readonly Fault[]): UnacceptableError {
  const count = problems.length;
  return new UnacceptableError(
    `${fileName} has ${count} problem${count === 1 ? '' : 's'}; nothing was recorded.`,
    problems,
  );
}
