import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import { defined, Id, PAGE_QUERY, pageOfSchema, params, query, ref } from '../resources/common.ts';
import {
  ApplyModelBody,
  ModelCheckBody,
  ModelCheckSchema,
  ModelTextSchema,
  ModelVersionDetailSchema,
  ModelVersionSchema,
  presentModelCheck,
  presentModelText,
  presentModelVersion,
  presentModelVersionDetail,
  RevertModelBody,
} from '../resources/modelVersion.ts';
import { NotFoundError } from '../services.ts';

const tags = ['rules'];

/** More than there will ever be; counted down from, the newest comes first. */
const MOST_VERSIONS = 999_999_999;

/** Asset models as texts: read, checked, applied, taken back. */
export const modelRoutes =
  ({ services }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { modelWork } = services;

    app.get(
      '/models/schema',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get the JSON schema of asset models',
          description: 'Draft 7, with the parameters of every kind of rule, for editors.',
          operationId: 'getModelSchema',
          response: {
            200: Type.Record(Type.String(), Type.Unknown(), {
              description: 'The schema',
              examples: [{ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }],
            }),
          },
        },
      },
      async () => modelWork.schema,
    );

    app.get(
      '/models/:modelId/yaml',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get the text of an asset model',
          description: 'Its newest version or, where nobody has changed it at run time, its file.',
          operationId: 'getModelText',
          params: params({ modelId: Id }),
          response: { 200: ref(ModelTextSchema) },
        },
      },
      async ({ params: { modelId } }) => presentModelText(await modelWork.text(modelId)),
    );

    app.post(
      '/models/:modelId/check',
      {
        config: { access: 'engineer' },
        schema: {
          tags,
          summary: 'Check a text for an asset model',
          description:
            'Names every problem with its place, or what would change if it were applied. Nothing is changed.',
          operationId: 'checkModel',
          params: params({ modelId: Id }),
          body: ModelCheckBody,
          response: { 200: ref(ModelCheckSchema) },
        },
      },
      async ({ params: { modelId }, body: { yaml } }) => {
        await modelWork.text(modelId);
        return presentModelCheck(await modelWork.check(modelId, yaml));
      },
    );

    app.put(
      '/models/:modelId/yaml',
      {
        config: { access: 'engineer', problems: ['unacceptable', 'version-mismatch'] },
        schema: {
          tags,
          summary: 'Apply a text to an asset model, or make a model',
          description:
            'In force on every node within seconds, in which each starts anew: nothing that devices send is lost. Where rules ' +
            'have changed, the history of the assets is folded anew, and what is past opens no ticket. The text wins over the ' +
            'file of the model until `…/versions/0/revert`. 412 where somebody else has applied one since `basedOn`.',
          operationId: 'applyModel',
          params: params({ modelId: Id }),
          body: ApplyModelBody,
          response: { 200: ref(ModelVersionSchema) },
        },
      },
      async (request) => {
        const { yaml, note, basedOn } = request.body;
        const { modelId } = request.params;
        const applied = await modelWork.apply({ modelId, yaml, basedOn, ...defined({ note }) }, actorOf(request));
        return presentModelVersion(applied);
      },
    );

    app.get(
      '/models/:modelId/versions',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        schema: {
          tags,
          summary: 'List what was made of an asset model at run time, the newest first',
          description: 'None while nobody has changed what its file says.',
          operationId: 'listModelVersions',
          params: params({ modelId: Id }),
          querystring: query(PAGE_QUERY),
          response: { 200: pageOfSchema(ref(ModelVersionSchema)) },
        },
      },
      async ({ params: { modelId }, query: { limit, cursor } }) => {
        const versions = await modelWork.versions(modelId);
        const page = pageOf(versions, ({ version }) => String(MOST_VERSIONS - version), {
          limit,
          ...defined({ cursor }),
        });
        return { ...page, items: page.items.map(presentModelVersion) };
      },
    );

    app.get(
      '/models/:modelId/versions/:version',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Get a version of an asset model, with its text',
          description: 'Versions are never changed. One that follows the file has the text that the file had then.',
          operationId: 'getModelVersion',
          params: params({ modelId: Id, version: Id }),
          response: { 200: ref(ModelVersionDetailSchema) },
        },
      },
      async ({ params: { modelId, version } }) =>
        presentModelVersionDetail(await modelWork.version(modelId, numberOf(version))),
    );

    app.post(
      '/models/:modelId/versions/:version/revert',
      {
        config: { access: 'engineer', problems: ['unacceptable', 'conflict', 'version-mismatch'] },
        schema: {
          tags,
          summary: 'Take up an earlier version of an asset model again',
          description:
            'Makes a new version of its text. 0: from then on the file is in force again, also when it changes; 409 where ' +
            'there is none.',
          operationId: 'revertModel',
          params: params({ modelId: Id, version: Id }),
          body: RevertModelBody,
          response: { 200: ref(ModelVersionSchema) },
        },
      },
      async (request) => {
        const { modelId, version } = request.params;
        await modelWork.text(modelId);
        const asked = { modelId, version: numberOf(version), ...defined(request.body) };
        return presentModelVersion(await modelWork.revert(asked, actorOf(request)));
      },
    );
  };

function numberOf(version: string): number {
  if (/^\d{1,9}$/.test(version)) return Number(version);
  throw new NotFoundError(`There is no version ${version}: versions are numbers.`);
}
