import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ApiContext } from '../context.ts';

const tags = ['health'];
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

const ReadinessSchema = Type.Object(
  {
    ready: Type.Boolean(),
    parts: Type.Array(
      Type.Object({
        part: Type.String(),
        ok: Type.Boolean(),
        needed: Type.Boolean({ description: 'Whether Fettle cannot work without this part' }),
        detail: Type.String({ description: 'What is wrong, or how much there is to do, in words' }),
      }),
    ),
  },
  { description: 'The state of each part; 503 when one that is needed does not work' },
);

export const healthRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/healthz',
      {
        config: { access: 'public' },
        schema: {
          tags,
          summary: 'Whether the process runs',
          description: 'Answers while the process can answer at all, whatever its parts do: for whoever restarts it.',
          operationId: 'getHealth',
          response: {
            200: Type.Object({ status: Type.Literal('ok'), version: Type.String() }, { description: 'It runs' }),
          },
        },
      },
      async () => ({ status: 'ok' as const, version: services.version }),
    );

    app.get(
      '/readyz',
      {
        config: { access: 'public' },
        schema: {
          tags,
          summary: 'Whether every part works',
          description:
            '503 while a part that is needed does not work, or Fettle starts: for load balancers. Each part says how it is.',
          operationId: 'getReadiness',
          response: { 200: ReadinessSchema, 503: ReadinessSchema },
        },
      },
      async (_request, reply) => {
        const { ready, parts } = await services.readiness();
        return reply.code(ready ? 200 : 503).send({ ready, parts: [...parts] });
      },
    );

    app.get(
      '/metrics',
      {
        config: { access: 'viewer', produces: ['text/plain'] },
        schema: {
          tags,
          summary: 'Metrics for Prometheus',
          description:
            'Prometheus sends the key with `authorization: { credentials_file: /etc/prometheus/fettle.key }`.',
          operationId: 'getMetrics',
          produces: ['text/plain'],
          response: {
            200: Type.String({
              description: 'Prometheus text format',
              examples: ['# TYPE fettle_tickets_opened_total counter'],
            }),
          },
        },
      },
      async (_request, reply) => reply.type(PROMETHEUS).send(await services.metrics()),
    );
  };
