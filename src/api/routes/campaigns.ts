import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { CAMPAIGN_STATUSES } from '../../domain/campaign.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { etagOf, versionOf } from '../etag.ts';
import {
  CampaignDetailSchema,
  CampaignEditBody,
  CampaignSchema,
  NewCampaignBody,
  presentCampaign,
} from '../resources/campaign.ts';
import { defined, Id, oneOf, PAGE_QUERY, pageOfSchema, params, query, ref, withHeaders } from '../resources/common.ts';
import { NotFoundError } from '../services.ts';

const tags = ['tickets'];
/** Assets shown that are not affected yet. */
const SHOWN = 1000;

export const campaignRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/campaigns',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List campaigns, the latest first',
          description: 'Those that fit all filters, opened by Fettle or by people.',
          operationId: 'listCampaigns',
          querystring: query({
            status: Type.Optional(oneOf(CAMPAIGN_STATUSES)),
            modelId: Type.Optional(Id),
            batch: Type.Optional(Id),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(CampaignSchema)) },
        },
      },
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = await services.database.campaigns.list(filter, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentCampaign) };
      },
    );

    app.get(
      '/campaigns/:campaignId',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get a campaign with its assets',
          description: 'Its tickets are in `GET /tickets?campaignId=`.',
          operationId: 'getCampaign',
          params: params({ campaignId: Id }),
          response: { 200: withHeaders(CampaignDetailSchema, 'ETag') },
        },
      },
      async ({ params: { campaignId } }, reply) => {
        const { campaigns } = services.database;
        const campaign = await campaigns.get(campaignId);
        if (!campaign) throw new NotFoundError(`There is no campaign ${campaignId}.`);
        reply.header('etag', etagOf(campaign.version));
        return {
          ...presentCampaign(campaign),
          affected: await campaigns.affected(campaignId),
          notAffected: await campaigns.notAffected(campaign, SHOWN),
        };
      },
    );

    app.post(
      '/campaigns',
      {
        config: { access: 'agent', problems: ['conflict', 'unacceptable'] },
        schema: {
          tags,
          summary: 'Open a campaign by hand',
          description: 'Tickets of what it is about from `campaigns.window` on, and those to come, name it.',
          operationId: 'openCampaign',
          body: NewCampaignBody,
          response: { 201: withHeaders(CampaignSchema, 'ETag', 'Location') },
        },
      },
      async (request, reply) => {
        const campaign = await services.openCampaign(request.body, actorOf(request));
        reply
          .header('etag', etagOf(campaign.version))
          .header('location', `/api/v1/campaigns/${encodeURIComponent(campaign.id)}`);
        return reply.code(201).send(presentCampaign(campaign));
      },
    );

    app.patch(
      '/campaigns/:campaignId',
      {
        config: { access: 'agent', problems: ['conflict', 'version-mismatch'] },
        schema: {
          tags,
          summary: 'Change the owner or note of a campaign, or close it',
          description: 'What is left out stays as it is.',
          operationId: 'editCampaign',
          params: params({ campaignId: Id }),
          headers: Type.Object({
            'if-match': Type.Optional(
              Type.String({ description: 'The ETag of the campaign as it was read; absent: whatever is there' }),
            ),
          }),
          body: CampaignEditBody,
          response: { 200: withHeaders(CampaignSchema, 'ETag') },
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match']);
        const { campaignId } = request.params;
        const campaign = await services.editCampaign(campaignId, request.body, version, actorOf(request));
        reply.header('etag', etagOf(campaign.version));
        return presentCampaign(campaign);
      },
    );
  };
