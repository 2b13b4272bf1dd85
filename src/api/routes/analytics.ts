import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from 'typebox';
import { DAY } from '../../domain/time.ts';
import { isTimeZone } from '../../domain/zone.ts';
import {
  type Period,
  RATING_GROUPS,
  RELIABILITY_GROUPS,
  SERVICE_GROUPS,
  USAGE_PERIODS,
} from '../../ports/analytics.ts';
import { prefers } from '../accept.ts';
import type { ApiContext } from '../context.ts';
import { invalidRequest } from '../errors.ts';
import { EXAMPLE_ACCOUNT, EXAMPLE_USAGE } from '../exampleFigures.ts';
import { AccountsSchema, accountsCsv, presentAccount } from '../resources/analyticsAccounts.ts';
import {
  ACCOUNTS,
  COMMON,
  type Definition,
  PARTS_DEMAND,
  RATINGS,
  RELIABILITY,
  RULES,
  SERVICE,
  USAGE,
} from '../resources/analyticsDefinitions.ts';
import { PartsDemandSchema, presentDemand } from '../resources/analyticsParts.ts';
import { FILTER_QUERY, filterOf, PERIOD_QUERY, periodOf } from '../resources/analyticsQuery.ts';
import { presentRatings, RatingsSchema } from '../resources/analyticsRatings.ts';
import { presentReliability, ReliabilitySchema } from '../resources/analyticsReliability.ts';
import { presentRule, RulesSchema } from '../resources/analyticsRules.ts';
import { presentGroup, presentService, ServiceSchema } from '../resources/analyticsService.ts';
import { MeteredUsageSchema, meteredCsv, presentMetered } from '../resources/analyticsUsage.ts';
import { oneOf, query } from '../resources/common.ts';
import { formatTime } from '../times.ts';

const tags = ['analytics'];
/** Lines of usage in one answer. */
const MOST_LINES = 100_000;

const FORMAT = {
  format: Type.Optional(oneOf(['json', 'csv'], { description: 'Without it the `Accept` header decides' })),
};

const describe = ({ text }: Definition) => `${text}\n\n${COMMON.text}`;

/** An answer as JSON or CSV, with the latter's example. */
function jsonOrCsv(schema: TSchema, description: string, example: string) {
  return {
    description,
    content: { 'application/json': { schema }, 'text/csv': { schema: { type: 'string' }, example } },
  };
}

const CSV = ['application/json', 'text/csv'] as const;

function wantsCsv(format: 'json' | 'csv' | undefined, accept: string | undefined): boolean {
  return format === undefined ? prefers(accept, 'text/csv', 'application/json') : format === 'csv';
}

export const analyticsRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { analytics } = services.database;

    app.get(
      '/analytics/reliability',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get MTBF with its interval, and failure rates',
          description: describe(RELIABILITY),
          operationId: 'getReliability',
          querystring: query({
            ...PERIOD_QUERY,
            by: Type.Optional(oneOf(RELIABILITY_GROUPS)),
            confidence: Type.Number({ minimum: 0.5, maximum: 0.999, default: 0.9 }),
          }),
          response: { 200: ReliabilitySchema },
        },
      },
      async ({ query: asked }) => {
        const period = periodOf(asked, now());
        const rows = await analytics.exposures(filterOf(asked), period, asked.by, now());
        const [total, ...groups] = services.withMeanTimes(rows, asked.confidence);
        return {
          ...times(period),
          confidence: asked.confidence,
          total: presentReliability(total!),
          groups: groups.map((group) => presentGroup(group, presentReliability)),
        };
      },
    );

    app.get(
      '/analytics/rules',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get what became of the predictions of each rule',
          description: describe(RULES),
          operationId: 'getRuleFigures',
          querystring: query(PERIOD_QUERY),
          response: { 200: RulesSchema },
        },
      },
      async ({ query: asked }) => {
        const period = periodOf(asked, now());
        const rules = await analytics.rules(filterOf(asked), period);
        return { ...times(period), items: rules.map(presentRule) };
      },
    );

    app.get(
      '/analytics/ratings',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get ratings, against team, failure mode and time to resolve',
          description: describe(RATINGS),
          operationId: 'getRatingFigures',
          querystring: query({ ...PERIOD_QUERY, by: Type.Optional(oneOf(RATING_GROUPS)) }),
          response: { 200: RatingsSchema },
        },
      },
      async ({ query: asked }) => {
        const period = periodOf(asked, now());
        const [total, ...groups] = await analytics.ratings(filterOf(asked), period, asked.by);
        return {
          ...times(period),
          total: presentRatings(total!),
          groups: groups.map((group) => presentGroup(group, presentRatings)),
        };
      },
    );

    app.get(
      '/analytics/service',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get how tickets are served: times, first-time fix, SLA kept, backlog',
          description: describe(SERVICE),
          operationId: 'getServiceFigures',
          querystring: query({
            ...PERIOD_QUERY,
            by: Type.Optional(oneOf(SERVICE_GROUPS)),
            fixedForDays: Type.Integer({ minimum: 1, maximum: 3650, default: 30 }),
          }),
          response: { 200: ServiceSchema },
        },
      },
      async ({ query: asked }) => {
        const period = periodOf(asked, now());
        const [total, ...groups] = await analytics.service(
          filterOf(asked),
          period,
          asked.by,
          now(),
          asked.fixedForDays * DAY,
        );
        return {
          ...times(period),
          total: presentService(total!),
          groups: groups.map((group) => presentGroup(group, presentService)),
        };
      },
    );

    app.get(
      '/analytics/parts-demand',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get how many of each part will be needed',
          description: describe(PARTS_DEMAND),
          operationId: 'getPartsDemand',
          querystring: query({
            ...FILTER_QUERY,
            horizonDays: Type.Array(Type.String({ pattern: '^[1-9]\\d{0,3}$' }), {
              minItems: 1,
              maxItems: 12,
              default: ['30', '60', '90'],
              style: 'form',
              explode: false,
              description: 'Days from now',
            }),
          }),
          response: { 200: PartsDemandSchema },
        },
      },
      async ({ query: { horizonDays, ...asked } }) => {
        const horizons = [...new Set(horizonDays.map((days) => Number(days) * DAY))];
        const at = now();
        const demand = await analytics.partsDemand(filterOf(asked), at, horizons);
        return { at: formatTime(at), items: demand.map(presentDemand) };
      },
    );

    app.get(
      '/analytics/usage',
      {
        config: { access: 'viewer', produces: CSV },
        schema: {
          tags,
          summary: 'Meter usage by asset and period, for billing',
          description: describe(USAGE),
          operationId: 'getMeteredUsage',
          querystring: query({
            ...PERIOD_QUERY,
            period: oneOf(USAGE_PERIODS, { default: 'month' }),
            zone: Type.Optional(
              Type.Refine(
                Type.String({ maxLength: 64, description: 'IANA time zone in place of those of the sites' }),
                isTimeZone,
                () => 'must be an IANA time zone such as Asia/Shanghai',
              ),
            ),
            ...FORMAT,
          }),
          response: {
            200: jsonOrCsv(MeteredUsageSchema, 'Usage by asset, counting rule and period', meteredCsv([EXAMPLE_USAGE])),
          },
        },
      },
      async ({ query: asked, headers }, reply) => {
        const period = periodOf(asked, now());
        const zones = asked.zone === undefined ? services.siteZones() : { sites: {}, others: asked.zone };
        const lines = await analytics.usage(filterOf(asked), period, asked.period, zones, MOST_LINES + 1);
        if (lines.length > MOST_LINES) {
          const message = `makes more than ${MOST_LINES} lines; ask for fewer assets, a shorter time or longer periods`;
          throw invalidRequest([{ path: '/query/period', message }]);
        }
        if (wantsCsv(asked.format, headers.accept)) return sendCsv(reply, 'usage', meteredCsv(lines));
        return reply.send({ ...times(period), items: lines.map(presentMetered) });
      },
    );

    app.get(
      '/analytics/accounts',
      {
        config: { access: 'viewer', produces: CSV },
        schema: {
          tags,
          summary: 'Get how things stand with each customer',
          description: describe(ACCOUNTS),
          operationId: 'getAccounts',
          querystring: query({ ...PERIOD_QUERY, ...FORMAT }),
          response: {
            200: jsonOrCsv(AccountsSchema, 'How things stand with each customer', accountsCsv([EXAMPLE_ACCOUNT])),
          },
        },
      },
      async ({ query: asked, headers }, reply) => {
        const period = periodOf(asked, now());
        const accounts = await analytics.accounts(filterOf(asked), period);
        if (wantsCsv(asked.format, headers.accept)) return sendCsv(reply, 'accounts', accountsCsv(accounts));
        return reply.send({ ...times(period), items: accounts.map(presentAccount) });
      },
    );
  };

function times({ from, to }: Period) {
  return { from: formatTime(from), to: formatTime(to) };
}

interface CsvReply<R> {
  type(mediaType: string): CsvReply<R>;
  header(name: string, value: string): CsvReply<R>;
  send(text: string): R;
}

function sendCsv<R>(reply: CsvReply<R>, name: string, text: string): R {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(text);
}
