import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Asset } from '../../domain/asset.ts';
import { isToDo, TICKET_STATUSES, type Ticket } from '../../domain/ticket.ts';
import { DAY, type Duration, type Timestamp } from '../../domain/time.ts';
import { othersText, type Visit, visitOf } from '../../domain/visit.ts';
import type { AssetFilter, Page, PageRequest, TicketFilter } from '../../ports/database.ts';
import type { ApiContext } from '../context.ts';
import { Id, params, presentText, query, ref } from '../resources/common.ts';
import { presentVisit, VisitSchema } from '../resources/visit.ts';
import { NotFoundError, type Services } from '../services.ts';
import { findAsset } from './assets.ts';

const tags = ['tickets'];
const PAGE = 500;
const TO_DO = TICKET_STATUSES.filter(isToDo);

/** How far ahead a ticket looks for what else is due at its asset. */
const VISIT_HORIZON: Duration = 30 * DAY;

const WITHIN = {
  within: Type.String({
    pattern: '^[1-9][0-9]{0,2}d$',
    default: '30d',
    description: 'How far ahead is looked for what will be due, in days: `30d`',
  }),
};

export const visitRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/assets/:assetId/visit',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'What can be done in one visit to an asset: its tickets, and what is nearly due',
          description: 'With the parts to bring, for whoever goes there anyway.',
          operationId: 'getAssetVisit',
          params: params({ assetId: Id }),
          querystring: query(WITHIN),
          response: { 200: ref(VisitSchema) },
        },
      },
      async ({ params: { assetId }, query: { within } }) => {
        const asset = await findAsset(services, assetId);
        return presentVisit(await visit(services, [asset], { assetId }, daysOf(within), now()));
      },
    );

    app.get(
      '/sites/:siteId/visit',
      {
        config: { access: 'viewer', problems: ['not-found'] },
        schema: {
          tags,
          summary: 'What can be done in one visit to a site: the tickets of its assets, and what is nearly due',
          description: 'Asset by asset, with the parts to bring, for whoever goes there anyway.',
          operationId: 'getSiteVisit',
          params: params({ siteId: Id }),
          querystring: query(WITHIN),
          response: { 200: ref(VisitSchema) },
        },
      },
      async ({ params: { siteId }, query: { within } }) => {
        const filter: AssetFilter = { siteId };
        const assets = await all((page) => services.database.assets.list(filter, page));
        if (assets.length === 0) throw new NotFoundError(`There is no asset at a site ${siteId}.`);
        return presentVisit(await visit(services, assets, { siteId }, daysOf(within), now()));
      },
    );
  };

function daysOf(within: string): Duration {
  return Number.parseInt(within, 10) * DAY;
}

/** What else could be done in one visit to the asset of a ticket; undefined where nothing is, or it is done. */
export async function othersAt({ id, assetId, status }: Ticket, { services, publicUrl, now }: ApiContext) {
  const asset = isToDo(status) ? await services.database.assets.get(assetId) : undefined;
  if (!asset) return undefined;
  const { items } = await visit(services, [asset], { assetId }, VISIT_HORIZON, now());
  const others = items.filter(({ ticket }) => ticket?.id !== id).length;
  const text = othersText(others);
  const url = new URL(`/api/v1/assets/${encodeURIComponent(assetId)}/visit`, publicUrl).href;
  return text && { others, text: presentText(text), url };
}

/** What can be done in one visit to these assets, whose tickets `filter` gives. */
async function visit(
  services: Services,
  assets: readonly Asset[],
  filter: TicketFilter,
  horizon: Duration,
  now: Timestamp,
): Promise<Visit> {
  const toDo = { ...filter, status: TO_DO };
  const tickets = await all<Ticket>((page) => services.database.tickets.list(toDo, 'openedAt', page));
  const views = await services.assetViews(assets.map(({ id }) => id));
  const models = new Map(services.models().map((model) => [model.id, model]));
  const visited = assets.map(({ id, name = id, modelId }) => {
    return { id, name, model: models.get(modelId), view: views.get(id) };
  });
  return visitOf(visited, tickets, horizon, now);
}

async function all<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}
