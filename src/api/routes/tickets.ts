import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { isOngoing, PRIORITIES, TICKET_KINDS, TICKET_STATUSES, type Ticket } from '../../domain/ticket.ts';
import { TICKET_SORTS } from '../../ports/database.ts';
import type { StormMember } from '../../ports/storms.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { etagOf } from '../etag.ts';
import { keyOf, pageOf } from '../paging.ts';
import { linksOf } from '../resources/chart.ts';
import {
  defined,
  Id,
  oneOf,
  PAGE_QUERY,
  pageOfSchema,
  params,
  presentText,
  query,
  ref,
  severalOf,
  Time,
  time,
  withHeaders,
} from '../resources/common.ts';
import { presentFinding } from '../resources/finding.ts';
import { presentScore } from '../resources/score.ts';
import { presentMember, StormMemberSchema } from '../resources/stormMember.ts';
import { NewTicketBody, presentDuplicate, presentTicket, TicketSchema } from '../resources/ticket.ts';
import { presentBackground } from '../resources/ticketBackground.ts';
import { presentEntry, presentRating, TicketDetailSchema, transitionsOf } from '../resources/ticketDetail.ts';
import { NotFoundError, type Services } from '../services.ts';
import { formatTime, timeOf } from '../times.ts';
import { othersAt } from './visits.ts';

const tags = ['tickets'];

/** Findings shown with a ticket. */
const SHOWN_FINDINGS = 100;

/** The ticket, or NotFoundError. */
export async function findTicket(services: Services, ticketId: string): Promise<Ticket> {
  const ticket = await services.database.tickets.get(ticketId);
  if (!ticket) throw new NotFoundError(`There is no ticket ${ticketId}.`);
  return ticket;
}

/** Ongoing tickets named to who opened another of their asset. */
const SHOWN_DUPLICATES = 10;

async function ongoingBeside({ database }: Services, { id, assetId }: Ticket): Promise<Ticket[]> {
  const filter = { assetId, status: TICKET_STATUSES.filter(isOngoing) };
  const { items } = await database.tickets.list(filter, '-openedAt', { limit: SHOWN_DUPLICATES + 1 });
  return items.filter((ticket) => ticket.id !== id).slice(0, SHOWN_DUPLICATES);
}

export const ticketRoutes =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { services, charts } = context;
    app.get(
      '/tickets',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List tickets',
          description: 'Those that fit all filters, the newest first unless `sort` says otherwise.',
          operationId: 'listTickets',
          querystring: query({
            status: Type.Optional(severalOf(TICKET_STATUSES, 'One of these')),
            kind: Type.Optional(severalOf(TICKET_KINDS, 'One of these')),
            priority: Type.Optional(severalOf(PRIORITIES, 'One of these')),
            assetId: Type.Optional(Id),
            siteId: Type.Optional(Id),
            customerId: Type.Optional(Id),
            componentId: Type.Optional(Id),
            failureModeId: Type.Optional(Id),
            ruleId: Type.Optional(Id),
            ruleVersion: Type.Optional(Id),
            team: Type.Optional(Id),
            person: Type.Optional(Id),
            recurrenceOf: Type.Optional(Id),
            parentId: Type.Optional(Id),
            campaignId: Type.Optional(Id),
            breached: Type.Optional(
              Type.Boolean({ description: 'Whether a promise, of a response or a solution, was not kept' }),
            ),
            dueBefore: Type.Optional(time('A promise that is still to be kept is due before')),
            sort: oneOf(TICKET_SORTS, { default: '-openedAt', description: '`-` is descending' }),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(TicketSchema)) },
        },
      },
      async ({ query: { limit, cursor, sort, dueBefore, ...given } }) => {
        const filter = { ...given, ...(dueBefore !== undefined && { dueBefore: timeOf(dueBefore) }) };
        const page = await services.database.tickets.list(filter, sort, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map((ticket) => presentTicket(ticket, charts)) };
      },
    );

    app.get(
      '/tickets/:ticketId',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get a ticket with its history and findings',
          description:
            'All there is to know of it: what it says (`body`), what is known beside it, who did what and when, and what rules stated.',
          operationId: 'getTicket',
          params: params({ ticketId: Id }),
          response: { 200: withHeaders(TicketDetailSchema, 'ETag') },
        },
      },
      async ({ params: { ticketId } }, reply) => {
        const ticket = await findTicket(services, ticketId);
        const [others, about, entries, findings, score, rating] = await Promise.all([
          othersAt(ticket, context),
          services.aboutTicket(ticket),
          services.database.tickets.entries(ticketId),
          services.database.findings.list({ ticketId }, { limit: SHOWN_FINDINGS }),
          services.database.scores.ofTicket(ticketId),
          services.database.ratings.get(ticketId),
        ]);
        reply.header('etag', etagOf(ticket.version));
        return {
          ...presentTicket(ticket, charts),
          ...presentBackground(about.background),
          body: presentText(about.body),
          links: linksOf(ticket, charts),
          ...(others && { visit: others }),
          transitions: transitionsOf(ticket),
          ...(score && { score: presentScore(score) }),
          ...(rating && { rating: presentRating(rating) }),
          entries: entries.map(presentEntry),
          findings: findings.items.map(presentFinding),
        };
      },
    );

    app.get(
      '/tickets/:ticketId/members',
      {
        config: { access: 'viewer', problems: ['not-found', 'invalid-cursor'] },
        schema: {
          tags,
          summary: 'List the assets of the ticket of a storm, by the time that they joined it',
          description:
            'An asset is there once for each time and way that it was out. Assets that had a ticket before the storm was one ' +
            'keep it: `GET /tickets?parentId=` lists those.',
          operationId: 'listStormMembers',
          params: params({ ticketId: Id }),
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(StormMemberSchema)) },
        },
      },
      async ({ params: { ticketId }, query: { limit, cursor } }) => {
        await findTicket(services, ticketId);
        const members = await services.database.storms.members(ticketId);
        const key = ({ joinedAt, finding }: StormMember) => keyOf(formatTime(joinedAt), finding.id);
        const page = pageOf(members, key, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentMember) };
      },
    );

    app.post(
      '/tickets/:ticketId/rating-link',
      {
        config: { access: 'agent', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Get a link for the customer to rate a closed ticket',
          description: 'Whoever has it may rate, and correct that, until it expires.',
          operationId: 'makeRatingLink',
          params: params({ ticketId: Id }),
          response: { 200: Type.Object({ url: Type.String(), expiresAt: Time }, { description: 'The link' }) },
        },
      },
      async ({ params: { ticketId } }) => {
        const { url, until } = await services.ratings.link(ticketId);
        return { url, expiresAt: formatTime(until) };
      },
    );

    app.post(
      '/tickets',
      {
        config: { access: 'agent', problems: ['not-found', 'conflict', 'unacceptable'] },
        schema: {
          tags,
          summary: 'Open a ticket by hand',
          description:
            'There is one ticket for each developing fault: where one is open for this component and failure mode, ' +
            'the request joins it and the answer is 200. Other ongoing tickets of the asset may be about the same: ' +
            '`duplicates` names the newest of them, and `joins` makes a request a comment on one of them instead.',
          operationId: 'createTicket',
          body: NewTicketBody,
          response: {
            200: withHeaders(TicketSchema, 'ETag', 'Location'),
            201: withHeaders(TicketSchema, 'ETag', 'Location'),
          },
        },
      },
      async (request, reply) => {
        const { ticket, joined } = await services.createTicket(request.body, actorOf(request));
        reply
          .header('etag', etagOf(ticket.version))
          .header('location', `/api/v1/tickets/${encodeURIComponent(ticket.id)}`);
        const duplicates = joined ? [] : await ongoingBeside(services, ticket);
        return reply.code(joined ? 200 : 201).send({
          ...presentTicket(ticket, charts),
          ...(duplicates.length > 0 && { duplicates: duplicates.map(presentDuplicate) }),
        });
      },
    );
  };
