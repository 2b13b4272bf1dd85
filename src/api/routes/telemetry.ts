import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import {
  DAY,
  DURATION_FORM,
  type Duration,
  formatDuration,
  MINUTE,
  parseDuration,
  type Timestamp,
} from '../../domain/time.ts';
import { InvalidCursorError } from '../../ports/database.ts';
import type { RangeQuery, TimeSeriesStore } from '../../ports/timeSeriesStore.ts';
import type { ApiContext } from '../context.ts';
import { type Fault, invalidRequest } from '../errors.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { Id, params, query, ref, time } from '../resources/common.ts';
import { presentBucket, presentSample, TelemetrySchema } from '../resources/telemetry.ts';
import { type Services, UnavailableError } from '../services.ts';
import { formatTime, parseTime, timeIfAny } from '../times.ts';
import { findAsset } from './assets.ts';

const MAX_ITEMS = 10_000;

export const telemetryRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/assets/:assetId/telemetry',
      {
        config: { access: 'viewer', problems: ['invalid-cursor'] },
        // The compiled serializer would check ten thousand items against both forms before it writes one.
        serializerCompiler: () => JSON.stringify,
        schema: {
          tags: ['assets'],
          summary: 'Get samples of an asset, raw or in buckets',
          description:
            'Raw samples in pages, or with `bucket` their minimum, maximum, mean, last value and count; long ranges come from stored aggregates.',
          operationId: 'getTelemetry',
          params: params({ assetId: Id }),
          querystring: query({
            metrics: Type.Optional(
              Type.Array(Id, {
                minItems: 1,
                maxItems: 100,
                style: 'form',
                explode: false,
                description: 'All when absent',
              }),
            ),
            from: Type.Optional(time('Inclusive; one day before `to` when absent')),
            to: Type.Optional(time('Exclusive; now when absent')),
            bucket: Type.Optional(
              Type.Refine(
                Type.String({ description: `Width of buckets: ${DURATION_FORM}`, examples: ['15m'] }),
                (text) => (parseDuration(text) ?? 0) >= 1,
                () => `must be ${DURATION_FORM}`,
              ),
            ),
            limit: Type.Integer({
              minimum: 1,
              maximum: MAX_ITEMS,
              default: 1000,
              description: 'Pages of raw samples end between two instants, so the samples of one are always together',
            }),
            cursor: Type.Optional(Type.String({ minLength: 1, description: 'For raw samples' })),
          }),
          response: { 200: ref(TelemetrySchema) },
        },
      },
      async ({ params: { assetId }, query: asked }) => {
        const metricIds = await chooseMetrics(services, assetId, asked.metrics);
        const to = timeIfAny(asked.to) ?? now();
        const from = timeIfAny(asked.from) ?? to - DAY;
        if (from >= to) throw invalidRequest([{ path: '/query/from', message: 'must be before to' }]);
        const range = { assetId, metricIds, from, to };
        if (asked.bucket === undefined) return rawPage(services.store, range, asked.limit, asked.cursor);
        if (asked.cursor !== undefined) {
          throw invalidRequest([{ path: '/query/cursor', message: 'is for raw samples; buckets come in one page' }]);
        }
        return bucketPage(services, range, parseDuration(asked.bucket)!, asked.limit);
      },
    );
  };

/** Metrics of the asset's model; all, or those asked for. */
async function chooseMetrics(services: Services, assetId: string, asked?: readonly string[]): Promise<string[]> {
  const asset = await findAsset(services, assetId);
  const model = services.models().find(({ id }) => id === asset.modelId);
  const known = (model?.metrics ?? []).map(({ id }) => id);
  if (asked === undefined) return known;
  // A metric whose id holds commas was taken apart with the list.
  const whole = asked.join(',');
  if (known.includes(whole)) return [whole];
  const unknown = asked.filter((id) => !known.includes(id));
  if (unknown.length === 0) return [...new Set(asked)];
  const valid = known.length === 0 ? 'the asset model has none' : `valid are ${known.join(', ')}`;
  const faults: Fault[] = unknown.map((id) => ({
    path: '/query/metrics',
    message: `has the unknown metric ${id}; ${valid}`,
  }));
  throw invalidRequest(faults);
}

/** A page ends between two instants, so that the time of the next sample is where the following page begins. */
async function rawPage(store: TimeSeriesStore, range: RangeQuery, limit: number, cursor?: string) {
  const from = cursor === undefined ? range.from : startOf(cursor, range);
  const size = Math.max(limit, range.metricIds.length);
  const samples = await ask(store.range({ ...range, from }, size + 1));
  const next = samples[size]?.time;
  if (next === undefined) return { items: samples.map(presentSample) };
  const items = samples.filter(({ time }) => time < next).map(presentSample);
  return { items, nextCursor: encodeCursor(formatTime(next)) };
}

function startOf(cursor: string, range: RangeQuery): Timestamp {
  const start = parseTime(decodeCursor(cursor));
  if (start === undefined || start >= range.to) {
    throw new InvalidCursorError(`${cursor} is not a cursor of this range`);
  }
  return start;
}

async function bucketPage(services: Services, range: RangeQuery, width: Duration, limit: number) {
  const span = range.to - range.from;
  if ((Math.ceil(span / width) + 1) * range.metricIds.length > limit) {
    const perMetric = Math.max(Math.floor(limit / Math.max(range.metricIds.length, 1)) - 1, 1);
    const least = Math.ceil(span / perMetric / MINUTE) * MINUTE;
    const message = `makes more than ${limit} items; take ${formatDuration(least)} or more, fewer metrics, a shorter range or a higher limit`;
    throw invalidRequest([{ path: '/query/bucket', message }]);
  }
  const { buckets, resolution } = await ask(services.history(range, width));
  return { items: buckets.map(presentBucket), resolution };
}

/** An answer of the store; it may be down while everything else goes on. */
async function ask<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof UnavailableError) throw cause;
    throw new UnavailableError('time-series store', cause);
  }
}
