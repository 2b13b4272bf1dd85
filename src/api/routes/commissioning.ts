import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ApiContext } from '../context.ts';
import { CommissioningSchema, presentCommissioning } from '../resources/commissioning.ts';
import { Id, params, ref } from '../resources/common.ts';
import { findAsset } from './assets.ts';

export const commissioningRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/assets/:assetId/commissioning',
      {
        config: { access: 'viewer' },
        schema: {
          tags: ['assets'],
          summary: 'Say whether an asset is ready to be watched',
          description:
            'By the newest day of its data, 20,000 samples at most, and its dead letters of the last day: which metrics are missing, stand ' +
            'still or seem to come in another unit, how far its clock is off, how often it reports, and what is in the way, in words.',
          operationId: 'getCommissioning',
          params: params({ assetId: Id }),
          response: { 200: ref(CommissioningSchema) },
        },
      },
      async ({ params: { assetId } }) => {
        const asset = await findAsset(services, assetId);
        const report = await services.commissioning(assetId);
        return presentCommissioning(
          report,
          services.models().find(({ id }) => id === asset.modelId),
        );
      },
    );
  };
