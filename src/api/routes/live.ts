import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ApiContext } from '../context.ts';
import { ProblemError } from '../errors.ts';
import { type Listener, LiveHub } from '../liveHub.ts';
import { query } from '../resources/common.ts';

const STREAM = ['text/event-stream'];
const EXAMPLE =
  'id: 750:751:;752:752:;41\nevent: ticket\ndata: {"id":"01M7XQ2A0000000000000000T1","assetId":"compressor-7","number":12,"version":2,"status":"acknowledged","severity":"warning","priority":"P3"}\n\n';
/** An id names transactions that were under way, of which there may be many. */
const LAST_ID = { maxLength: 8192, description: 'Id of the last event that arrived; what came since is told first' };

export const liveRoutes =
  ({ services: { database }, live, log }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const hub = new LiveHub(database.changes, log, live);
    app.addHook('preClose', () => hub.stop());

    app.get(
      '/live',
      {
        config: { access: 'viewer', produces: STREAM },
        schema: {
          tags: ['fleet'],
          summary: 'Follow what changes, as it changes',
          description:
            'Server-sent events: `ticket` { id, assetId, number, version, status, severity, priority }; `asset` { id, health, inMaintenance, silent, wear, endOfLife, lastReceivedAt }, when a person would call it a change, or { id, registered } when its registration changed; `connectivity` { id, state } when an asset, by its id, lost or got its connection; `finding` { id, assetId, componentId, ruleId, change, severity, time, retracted }. Within a second of the change; of several changes to one thing at once the last. `ready` says that all is told up to now. With `Last-Event-ID` what was missed comes first, each once, from any node and after a restart; `reset` in its place says that this is not known any more, or too much: read again what is shown. The connection ends after a quarter of an hour, and comes back.',
          operationId: 'followChanges',
          produces: STREAM,
          headers: Type.Object({ 'last-event-id': Type.Optional(Type.String(LAST_ID)) }),
          querystring: query({
            lastEventId: Type.Optional(
              Type.String({ ...LAST_ID, description: 'As the header, for who cannot send one' }),
            ),
          }),
          response: { 200: Type.String({ description: 'Events without end', examples: [EXAMPLE] }) },
        },
      },
      async (request, reply) => {
        if (request.method === 'HEAD') return reply.type('text/event-stream').send('');
        if (hub.isFull) {
          const headers = { 'retry-after': '10' };
          throw new ProblemError('unavailable', 'As many follow as this process can tell.', { headers });
        }
        // Whoever left while the key was looked up is told nothing, and would never leave again.
        if (request.raw.socket.destroyed) return reply.hijack();
        const after = request.headers['last-event-id'] || request.query.lastEventId || undefined;
        const listener = open(request, reply);
        reply.raw.on('close', () => hub.leave(listener));
        hub.join(listener, after);
        return reply;
      },
    );
  };

/** Answers with a stream that stays open. */
function open(request: FastifyRequest, reply: FastifyReply): Listener {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies would hold events back.
    'x-accel-buffering': 'no',
  });
  request.raw.socket.setNoDelay(true);
  reply.raw.write('retry: 2000\n\n');
  return {
    write: (text) => void reply.raw.write(text),
    get waiting() {
      return reply.raw.writableLength;
    },
    end: () => void reply.raw.end(),
    cut: () => void reply.raw.destroy(),
  };
}
