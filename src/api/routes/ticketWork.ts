import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Ticket } from '../../domain/ticket.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { etagOf, versionOf } from '../etag.ts';
import type { ProblemName } from '../problems.ts';
import { body, Id, oneOf, params, Time, withHeaders } from '../resources/common.ts';
import { presentTicket, TicketSchema } from '../resources/ticket.ts';
import { ClosingBody, readClosing } from '../resources/ticketClosing.ts';
import { timeOf } from '../times.ts';

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
/** Statuses that need no more than a word; the others have an act of their own. */
const TARGETS = ['open', 'acknowledged', 'in-progress', 'resolved', 'cancelled'] as const;
const Who = Type.Optional(
  Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()], {
    description: 'Absent: as it is; null: nobody',
  }),
);

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
          description:
            'The ticket says in `transitions` which it may take. `open` reopens what was resolved or closed, and ends a ' +
            'deferral; a closed one needs a note that says why, and there must be no other ongoing ticket of its asset, ' +
            'component and failure mode. To schedule, defer and close there is `schedule`, `defer` and `close`.',
          operationId: 'transitionTicket',
          body: body(
            { to: oneOf(TARGETS), note: Note },
            { examples: [{ to: 'acknowledged' }, { to: 'open', note: 'It leaks again' }] },
          ),
        },
      },
      async (request, reply) => {
        const { to, note } = request.body;
        const version = versionOf(request.headers['if-match']);
        return answer(reply, await services.transition(request.params.ticketId, to, version, actorOf(request), note));
      },
    );

    app.post(
      '/tickets/:ticketId/assign',
      {
        config,
        schema: {
          ...common,
          summary: 'Say who is to do a ticket',
          description: 'Its status stays: who is to do it has not taken note of it by that.',
          operationId: 'assignTicket',
          body: body(
            { team: Who, person: Who, note: Note },
            {
              examples: [
                { team: 'field-north', person: 'ann' },
                { person: null, note: 'Ann is on leave' },
              ],
            },
          ),
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        return answer(reply, await services.assign(request.params.ticketId, request.body, version, actorOf(request)));
      },
    );

    app.post(
      '/tickets/:ticketId/schedule',
      {
        config,
        schema: {
          ...common,
          summary: 'Schedule a ticket for a time',
          description: 'When somebody is to be there. A scheduled ticket can be scheduled for another time.',
          operationId: 'scheduleTicket',
          body: body(
            { at: Time, note: Note },
            { examples: [{ at: '2024-05-03T08:00:00.000Z', note: 'Agreed with the shift leader' }] },
          ),
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const { at, note } = request.body;
        const by = actorOf(request);
        return answer(reply, await services.schedule(request.params.ticketId, timeOf(at), version, by, note));
      },
    );

    app.post(
      '/tickets/:ticketId/defer',
      {
        config,
        schema: {
          ...common,
          summary: 'Defer a ticket until a time',
          description:
            'Nothing is done until then; the ticket is open again by itself when that time comes, or when its finding ' +
            'becomes more severe.',
          operationId: 'deferTicket',
          body: body(
            { until: Time, reason: Type.String({ minLength: 1, maxLength: 20_000 }) },
            { examples: [{ until: '2024-06-01T00:00:00.000Z', reason: 'With the yearly shutdown' }] },
          ),
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const { until, reason } = request.body;
        const deferral = { until: timeOf(until), reason };
        return answer(reply, await services.defer(request.params.ticketId, deferral, version, actorOf(request)));
      },
    );

    app.post(
      '/tickets/:ticketId/wait',
      {
        config,
        schema: {
          ...common,
          summary: 'Say that a ticket waits for the customer',
          description:
            'Until `resume` the clock of its solution stands still; who says so has responded. A planned ticket is still ' +
            'due by its forecast: wear waits for nobody.',
          operationId: 'waitForCustomer',
          body: body(
            { reason: Type.String({ minLength: 1, maxLength: 20_000 }) },
            { examples: [{ reason: 'Asked for access to the plant room' }] },
          ),
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const { reason } = request.body;
        return answer(reply, await services.wait(request.params.ticketId, reason, version, actorOf(request)));
      },
    );

    app.post(
      '/tickets/:ticketId/resume',
      {
        config,
        schema: {
          ...common,
          summary: 'Say that a ticket waits for the customer no longer',
          description: 'The clock of the solution goes on with the time that was left.',
          operationId: 'resumeTicket',
          body: body({ note: Note }, { examples: [{ note: 'The customer called back' }] }),
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const { note } = request.body;
        return answer(reply, await services.resume(request.params.ticketId, version, actorOf(request), note));
      },
    );

    app.post(
      '/tickets/:ticketId/comments',
      {
        config: { access: 'agent', problems: ['version-mismatch'] },
        schema: {
          tags,
          params: common.params,
          headers: common.headers,
          summary: 'Comment on a ticket',
          description: 'A line of its history, which the service desk is told.',
          operationId: 'commentOnTicket',
          body: body(
            { text: Type.String({ minLength: 1, maxLength: 20_000 }) },
            { examples: [{ text: 'Part ordered' }] },
          ),
          response: { 201: withHeaders(TicketSchema, 'ETag') },
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const ticket = await services.comment(request.params.ticketId, request.body.text, version, actorOf(request));
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
          description:
            'With `replaced`, the life of the component starts anew. A worn part that was not replaced needs `extendBy`, ' +
            'and is judged by the longer life from then on, or `deferUntil`: then the ticket is deferred and not closed.',
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
      {
        config,
        schema: {
          ...common,
          summary: 'Release a proposed ticket',
          description: 'It is open from then on, its promises begin, and the service desk is told.',
          operationId: 'releaseTicket',
        },
      },
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
          description: 'It is cancelled with the reason given; no desk hears of it.',
          operationId: 'voidTicket',
          body: body(
            { reason: Type.String({ minLength: 1, maxLength: 20_000 }) },
            { examples: [{ reason: 'The sensor was being calibrated' }] },
          ),
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const { reason } = request.body;
        return answer(reply, await services.voidTicket(request.params.ticketId, version, reason, actorOf(request)));
      },
    );
  };
