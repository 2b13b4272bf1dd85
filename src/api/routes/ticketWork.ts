import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Ticket } from '../../domain/ticket.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { etagOf, versionOf } from '../etag.ts';
import type { ProblemName } from '../problems.ts';
import { body, Id, oneOf, params, withHeaders } from '../resources/common.ts';
import { ClosingBody, presentTicket, readClosing, TicketSchema } from '../resources/ticket.ts';

const tags = ['tickets'];
const problems: ProblemName[] = ['conflict', 'version-mismatch', 'unacceptable'];
const config = { access: 'agent', problems } as const;

/** What may be asked of one ticket; its answer is the ticket after it. */
const common = {
  tags,
  params: params({ ticketId: Id }),
  headers: Type.Object({
    'if-match': Type.Optional(
      Type.String({
        description: 'The ETag of the ticket as it was read; absent: whatever is there',
        examples: ['"7"'],
      }),
    ),
  }),
  response: { 200: withHeaders(TicketSchema, 'ETag') },
};

const Note = Type.Optional(Type.String({ maxLength: 20_000 }));
/** `proposed` is where tickets begin, and nothing closes without an outcome. */
const TARGETS = ['open', 'acknowledged', 'in-progress', 'resolved', 'cancelled'] as const;

export const ticketWorkRoutes =
  ({ services, charts }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const answer = (reply: FastifyReply, ticket: Ticket) => {
      reply.header('etag', etagOf(ticket.version));
      return presentTicket(ticket, charts);
    };

    app.post(
      '/tickets/:ticketId/transition',
      {
        config,
        schema: {
          ...common,
          summary: 'Move a ticket to another status',
          description: 'The ticket says in `transitions` which it may take. To close it, use `close`.',
          operationId: 'transitionTicket',
          body: body({ to: oneOf(TARGETS), note: Note }, { examples: [{ to: 'acknowledged' }] }),
        },
      },
      async (request, reply) => {
        const { to, note } = request.body;
        const version = versionOf(request.headers['if-match']);
        return answer(reply, await services.transition(request.params.ticketId, to, version, actorOf(request), note));
      },
    );

    app.post(
      '/tickets/:ticketId/comments',
      {
        config: { access: 'agent' },
        schema: {
          tags,
          params: common.params,
          summary: 'Comment on a ticket',
          operationId: 'commentOnTicket',
          body: body(
            { text: Type.String({ minLength: 1, maxLength: 20_000 }) },
            { examples: [{ text: 'Part ordered' }] },
          ),
          response: { 201: withHeaders(TicketSchema, 'ETag') },
        },
      },
      async (request, reply) => {
        const ticket = await services.comment(request.params.ticketId, request.body.text, actorOf(request));
        return reply.code(201).send(answer(reply, ticket));
      },
    );

    app.post(
      '/tickets/:ticketId/close',
      {
        config,
        schema: {
          ...common,
          summary: 'Close a ticket with its outcome',
          description: 'With `replaced`, the life of the component starts anew.',
          operationId: 'closeTicket',
          body: ClosingBody,
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const closing = readClosing(request.body);
        return answer(reply, await services.closeTicket(request.params.ticketId, closing, version, actorOf(request)));
      },
    );

    app.post(
      '/tickets/:ticketId/release',
      { config, schema: { ...common, summary: 'Release a proposed ticket', operationId: 'releaseTicket' } },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        return answer(reply, await services.release(request.params.ticketId, version, actorOf(request)));
      },
    );

    app.post(
      '/tickets/:ticketId/void',
      {
        config,
        schema: {
          ...common,
          summary: 'Void a proposed ticket',
          operationId: 'voidTicket',
          body: body({ reason: Type.String({ minLength: 1, maxLength: 20_000 }) }),
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const { reason } = request.body;
        return answer(reply, await services.voidTicket(request.params.ticketId, version, reason, actorOf(request)));
      },
    );
  };
