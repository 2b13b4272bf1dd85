import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { renderSVG } from 'uqr';
import { DAY } from '../../domain/time.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { body, Id, Nothing, params, time } from '../resources/common.ts';
import { formatTime } from '../times.ts';

const tags = ['assets'];
const AssetParams = params({ assetId: Id });

/** A printed link has to last as long as a contract. */
const LONGEST_DAYS = 3660;

export const customerLinkRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/assets/:assetId/customer-link',
      {
        config: { access: 'agent' },
        schema: {
          tags,
          summary: 'Get a link to the page of an asset for its customer',
          description:
            'Whoever has it sees the state of the asset and its tickets in plain words, and may ask for something, until it ' +
            'expires, is ended, or the asset has another customer.',
          operationId: 'makeCustomerLink',
          params: AssetParams,
          body: body(
            {
              validDays: Type.Integer({
                minimum: 1,
                maximum: LONGEST_DAYS,
                default: 365,
                description: 'How long it can be used',
              }),
            },
            { examples: [{ validDays: 365 }] },
          ),
          response: {
            200: Type.Object(
              {
                url: Type.String(),
                until: time(),
                qr: Type.String({ description: 'The address as a QR code: an SVG image, black on white' }),
              },
              { description: 'The link' },
            ),
          },
        },
      },
      async ({ params: { assetId }, body: { validDays } }) => {
        const { url, until } = await services.customerPages.link(assetId, validDays * DAY);
        return { url, until: formatTime(until), qr: renderSVG(url, { ecc: 'M', border: 4 }) };
      },
    );

    app.delete(
      '/assets/:assetId/customer-link',
      {
        config: { access: 'agent' },
        schema: {
          tags,
          summary: 'End the links to the page of an asset for its customer',
          description: 'All that were made before; a new one can be made at once.',
          operationId: 'endCustomerLinks',
          params: AssetParams,
          response: { 204: Nothing },
        },
      },
      async (request, reply) => {
        await services.customerPages.revoke(request.params.assetId, actorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
