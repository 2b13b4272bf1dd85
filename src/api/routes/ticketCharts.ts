import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { drawTicketChart } from '../../charts/ticketChart.ts';
import { isTimeZone } from '../../domain/zone.ts';
import type { ApiContext } from '../context.ts';
import { Id, oneOf, params, query, time } from '../resources/common.ts';
import { NotFoundError, type Services } from '../services.ts';
import { isSigned } from '../signedLinks.ts';
import { findTicket } from './tickets.ts';

const SVG = ['image/svg+xml'];
const tags = ['tickets'];

const SHOWN = {
  lang: oneOf(['en', 'zh'], { default: 'en', description: 'Language of its words' }),
  zone: Type.Optional(
    Type.Refine(
      Type.String({
        maxLength: 64,
        description: 'IANA time zone of its clocks, in place of that of the site',
        examples: ['Asia/Shanghai'],
      }),
      isTimeZone,
      () => 'must be an IANA time zone such as Asia/Shanghai',
    ),
  ),
};

const response = {
  200: Type.String({ description: 'SVG, 600×240', examples: ['<svg xmlns="http://www.w3.org/2000/svg"/>'] }),
};

const DESCRIPTION =
  'The metric or indicator of its evidence: means with their extremes, the time of the evidence, the limit or what is usual, the ' +
  'opening, and of a forecast the way to the limit between P10 and P90. 404 where nothing was measured.';

export const ticketChartRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/tickets/:ticketId/chart.svg',
      {
        config: { access: 'viewer', produces: SVG },
        schema: {
          tags,
          summary: 'Get a picture of what a ticket rests on',
          description: DESCRIPTION,
          operationId: 'getTicketChart',
          produces: SVG,
          params: params({ ticketId: Id }),
          querystring: query(SHOWN),
          response,
        },
      },
      async ({ params: { ticketId }, query: { lang, zone } }, reply) => send(services, reply, ticketId, lang, zone),
    );

    app.get(
      '/shared/tickets/:ticketId/chart.svg',
      {
        config: { access: 'public', produces: SVG, problems: ['unavailable'] },
        schema: {
          tags,
          summary: 'Get the picture by a signed link',
          description: `As the picture of a ticket, for those whom a desk or a mail gave its link. ${DESCRIPTION} Also where the link is over.`,
          operationId: 'getSharedTicketChart',
          produces: SVG,
          params: params({ ticketId: Id }),
          querystring: query({
            until: Type.Optional(time('Until when the link holds')),
            signature: Type.Optional(Type.String({ maxLength: 100, description: 'As it was given' })),
            ...SHOWN,
          }),
          response,
        },
      },
      async ({ params: { ticketId }, query: { until = '', signature = '', lang, zone } }, reply) => {
        const path = sharedChart(ticketId);
        if (!(await isSigned({ path, until, signature }, services.database.settings, now())))
          throw new NotFoundError('This link is over, or not one of this address.');
        return send(services, reply, ticketId, lang, zone);
      },
    );
  };

/** The path that is signed. */
export function sharedChart(ticketId: string): string {
  return `/api/v1/shared/tickets/${encodeURIComponent(ticketId)}/chart.svg`;
}

async function send(
  services: Services,
  reply: FastifyReply,
  ticketId: string,
  language: 'en' | 'zh',
  zone: string | undefined,
) {
  const ticket = await findTicket(services, ticketId);
  const chart = await services.ticketChart(ticket, zone);
  if (!chart) throw new NotFoundError(`Ticket ${ticketId} rests on nothing that was measured.`);
  return reply.type('image/svg+xml; charset=utf-8').send(drawTicketChart(chart, language));
}
