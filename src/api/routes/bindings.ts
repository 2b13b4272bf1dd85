import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { invalidRequest } from '../errors.ts';
import { keyOf, pageOf } from '../paging.ts';
import { defined, Id, PAGE_QUERY, pageOfSchema, query, ref } from '../resources/common.ts';
import { BindingSchema, NewBindingBody, presentBinding } from '../resources/event.ts';
import { formatTime, timeIfAny } from '../times.ts';
import { findAsset } from './assets.ts';

const tags = ['bindings'];

export const bindingRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/bindings',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List which device spoke for which asset, by device and time',
          description:
            'A device speaks for an asset from then to then: an asset keeps its history when its gateway is swapped.',
          operationId: 'listBindings',
          querystring: query({ deviceId: Type.Optional(Id), assetId: Type.Optional(Id), ...PAGE_QUERY }),
          response: { 200: pageOfSchema(ref(BindingSchema)) },
        },
      },
      async ({ query: { deviceId, assetId, limit, cursor } }) => {
        const all = await services.database.assets.bindings();
        const chosen = all.filter(
          (binding) =>
            (deviceId === undefined || binding.deviceId === deviceId) &&
            (assetId === undefined || binding.assetId === assetId),
        );
        const key = (binding: (typeof all)[number]) =>
          keyOf(binding.deviceId, formatTime(binding.from), binding.assetId);
        const page = pageOf(chosen, key, { limit, ...defined({ cursor }) });
        return { ...page, items: page.items.map(presentBinding) };
      },
    );

    app.post(
      '/bindings',
      {
        config: { access: 'engineer', problems: ['not-found', 'unacceptable'] },
        schema: {
          tags,
          summary: 'Bind a device to an asset',
          description: 'Ends the binding that the device has at that time. `from` is now when absent.',
          operationId: 'bindDevice',
          body: NewBindingBody,
          response: { 201: ref(BindingSchema) },
        },
      },
      async (request, reply) => {
        const { body } = request;
        await findAsset(services, body.assetId);
        const from = timeIfAny(body.from) ?? now();
        const to = timeIfAny(body.to);
        if (to !== undefined && to <= from) throw invalidRequest([{ path: '/body/to', message: 'must be after from' }]);
        const binding = { deviceId: body.deviceId, assetId: body.assetId, from, ...defined({ to }) };
        await services.bind(binding, actorOf(request));
        return reply.code(201).send(presentBinding(binding));
      },
    );
  };
