import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { DAY } from '../../domain/time.ts';
import type { RangeQuery, TimeSeriesStore } from '../../ports/timeSeriesStore.ts';
import type { ApiContext } from '../context.ts';
import { csvLines } from '../csv.ts';
import { invalidRequest } from '../errors.ts';
import { Id, params, query, time } from '../resources/common.ts';
import { presentSample } from '../resources/telemetry.ts';
import { timeIfAny } from '../times.ts';
import { findAsset } from './assets.ts';

const CSV = ['text/csv'];
/** Samples that are read and written at a time. */
const PART = 5000;
const HEADINGS = ['time', 'metric', 'value', 'quality', 'received_at'];

export const telemetryExportRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/assets/:assetId/telemetry.csv',
      {
        config: { access: 'viewer', produces: CSV },
        schema: {
          tags: ['assets'],
          summary: 'Download the raw samples of an asset',
          description:
            'As CSV, of all metrics of its model, by time; of any length, for it is written while it is read.',
          operationId: 'exportTelemetry',
          produces: CSV,
          params: params({ assetId: Id }),
          querystring: query({
            from: Type.Optional(time('Inclusive; one day before `to` when absent')),
            to: Type.Optional(time('Exclusive; now when absent')),
          }),
          response: {
            200: Type.Unsafe<Readable>({
              type: 'string',
              description: 'Lines with headings',
              examples: [
                `${HEADINGS.join(',')}\r\n2026-03-02T08:00:00.000Z,oil-temperature,81.5,good,2026-03-02T08:00:01.000Z\r\n`,
              ],
            }),
          },
        },
      },
      async ({ params: { assetId }, query: asked }, reply) => {
        const asset = await findAsset(services, assetId);
        const to = timeIfAny(asked.to) ?? now();
        const from = timeIfAny(asked.from) ?? to - DAY;
        if (from >= to) throw invalidRequest([{ path: '/query/from', message: 'must be before to' }]);
        const model = services.models().find(({ id }) => id === asset.modelId);
        const metricIds = (model?.metrics ?? []).map(({ id }) => id);
        const name = assetId.replace(/[^\w.-]+/g, '_');
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${name}.csv"`)
          .send(Readable.from(linesOf(services.store, { assetId, metricIds, from, to })));
      },
    );
  };

/** A part ends between two instants, so that the next begins with the time of the sample that follows. */
async function* linesOf(store: TimeSeriesStore, range: RangeQuery): AsyncGenerator<string> {
  yield csvLines([HEADINGS]);
  const size = Math.max(PART, range.metricIds.length);
  let from: number | undefined = range.from;
  while (from !== undefined && range.metricIds.length > 0) {
    const samples = await store.range({ ...range, from }, size + 1);
    const next = samples[size]?.time;
    const part = next === undefined ? samples : samples.filter(({ time }) => time < next);
    const rows = part.map(presentSample).map((s) => [s.time, s.metricId, s.value, s.quality, s.receivedAt]);
    if (rows.length > 0) yield csvLines(rows);
    from = next;
  }
}
