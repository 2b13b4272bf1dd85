import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Asset } from '../../domain/asset.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { AssetBody, AssetSchema, NewAssetBody, presentAsset, readAsset } from '../resources/asset.ts';
import { AssetDetailSchema, AssetItemSchema, presentState } from '../resources/assetState.ts';
import { defined, Id, PAGE_QUERY, pageOfSchema, params, query, ref, withHeaders } from '../resources/common.ts';
import { type AssetView, ConflictError, NotFoundError, type Services } from '../services.ts';

const tags = ['assets'];
const AssetParams = params({ assetId: Id });

/** The asset, or NotFoundError. */
export async function findAsset(services: Services, assetId: string): Promise<Asset> {
  const asset = await services.database.assets.get(assetId);
  if (!asset) throw new NotFoundError(`There is no asset ${assetId}.`);
  return asset;
}

export const assetRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/assets',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List assets, by id',
          description:
            'Those that fit all filters, each with its health. `search` looks in id, name and serial number.',
          operationId: 'listAssets',
          querystring: query({
            siteId: Type.Optional(Id),
            modelId: Type.Optional(Id),
            customerId: Type.Optional(Id),
            search: Type.Optional(
              Type.String({ maxLength: 200, description: 'Part of id, name or serial, case-insensitive' }),
            ),
            ...PAGE_QUERY,
          }),
          response: { 200: pageOfSchema(ref(AssetItemSchema)) },
        },
      },
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = await services.database.assets.list(filter, { limit, ...defined({ cursor }) });
        const views = await services.assetViews(page.items.map(({ id }) => id));
        return { ...page, items: page.items.map((asset) => presentItem(asset, views.get(asset.id))) };
      },
    );

    app.get(
      '/assets/:assetId',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get an asset with components, wear and forecasts',
          description:
            'The asset as it is registered, and what its rules made of its data: health, latest values, whether it has its connection, and for each component the share of life used and the forecast.',
          operationId: 'getAsset',
          params: AssetParams,
          response: { 200: ref(AssetDetailSchema) },
        },
      },
      async ({ params: { assetId } }) => {
        const asset = await findAsset(services, assetId);
        const view = (await services.assetViews([assetId])).get(assetId);
        const [connectivity] = await services.database.connectivity.of([assetId]);
        return {
          ...presentAsset(asset),
          ...(view && { state: presentState(view, connectivity) }),
        };
      },
    );

    app.post(
      '/assets',
      {
        config: { access: 'engineer', problems: ['conflict', 'unacceptable'] },
        schema: {
          tags,
          summary: 'Register an asset',
          description:
            'Registers it, with what is known of the installation of its components; what is left out is unknown, and so is its wear. 409 where the id is taken.',
          operationId: 'createAsset',
          body: NewAssetBody,
          response: { 201: withHeaders(AssetSchema, 'Location') },
        },
      },
      async (request, reply) => {
        const { id, ...fields } = request.body;
        if (await services.database.assets.get(id)) {
          throw new ConflictError(`There is an asset ${id} already; PUT /api/v1/assets/{assetId} replaces it.`);
        }
        const asset = readAsset(id, fields);
        await services.saveAssets([asset], actorOf(request));
        return reply.code(201).header('location', locationOf(id)).send(presentAsset(asset));
      },
    );

    app.put(
      '/assets/:assetId',
      {
        config: { access: 'engineer', problems: ['unacceptable'] },
        schema: {
          tags,
          summary: 'Register or replace an asset',
          description: 'Replaces it as a whole: a field left out is taken away.',
          operationId: 'replaceAsset',
          params: AssetParams,
          body: AssetBody,
          response: { 200: ref(AssetSchema), 201: withHeaders(AssetSchema, 'Location') },
        },
      },
      async (request, reply) => {
        const { assetId } = request.params;
        const before = await services.database.assets.get(assetId);
        const asset = readAsset(assetId, request.body);
        await services.saveAssets([asset], actorOf(request));
        if (!before) reply.header('location', locationOf(assetId));
        return reply.code(before ? 200 : 201).send(presentAsset(asset));
      },
    );
  };

function presentItem(asset: Asset, view: AssetView | undefined) {
  return { ...presentAsset(asset), health: view?.health ?? 'unknown', inMaintenance: view?.inMaintenance ?? false };
}

function locationOf(assetId: string): string {
  return `/api/v1/assets/${encodeURIComponent(assetId)}`;
}
