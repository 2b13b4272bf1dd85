import { type Static, Type } from 'typebox';
import type { Quality } from '../../domain/sample.ts';
import type { UsageEntry } from '../../ports/database.ts';
import type { Bucket, StoredSample } from '../../ports/timeSeriesStore.ts';
import { tidy } from '../numbers.ts';
import { RESOLUTIONS } from '../services.ts';
import { formatTime } from '../times.ts';
import { oneOf, pageOfSchema, Time } from './common.ts';

const QUALITIES = ['good', 'uncertain', 'bad'] as const satisfies Readonly<Record<Quality, string>>;

const SampleSchema = Type.Object({
  metricId: Type.String(),
  time: Time,
  value: Type.Number(),
  quality: oneOf(QUALITIES),
  receivedAt: Time,
});
const BucketSchema = Type.Object({
  metricId: Type.String(),
  time: Time,
  min: Type.Number(),
  max: Type.Number(),
  mean: Type.Number(),
  last: Type.Number(),
  count: Type.Integer(),
});

const BucketsSchema = Type.Object(
  {
    items: Type.Array(BucketSchema),
    resolution: oneOf(RESOLUTIONS, { description: 'What the buckets were made of: samples or stored aggregates' }),
  },
  { description: 'All buckets of the range' },
);

/** Raw samples, or aggregates of buckets that start at `time`. */
export const TelemetrySchema = Type.Union([pageOfSchema(SampleSchema), BucketsSchema], {
  $id: 'Telemetry',
  description: 'Samples by (time, metric), or, with `bucket`, aggregates of buckets that start at `time`',
});

export function presentSample(sample: StoredSample): Static<typeof SampleSchema> {
  return {
    metricId: sample.metricId,
    time: formatTime(sample.time),
    value: sample.value,
    quality: QUALITIES[sample.quality],
    receivedAt: formatTime(sample.receivedAt),
  };
}

export function presentBucket(bucket: Bucket): Static<typeof BucketSchema> {
  return { ...bucket, time: formatTime(bucket.time), mean: tidy(bucket.mean) };
}

export const UsageSchema = Type.Object(
  {
    assetId: Type.String(),
    ruleId: Type.String(),
    componentId: Type.String(),
    day: Time,
    unit: Type.String(),
    used: Type.Number(),
    adjusted: Type.Number({ description: 'Taken out as implausible; never billed' }),
    reading: Type.Unsafe<number | null>({ type: ['number', 'null'] }),
  },
  { $id: 'Usage', description: 'What one usage counter used on one UTC day' },
);

export function presentUsage(entry: UsageEntry): Static<typeof UsageSchema> {
  return { ...entry, day: formatTime(entry.day), used: tidy(entry.used), adjusted: tidy(entry.adjusted) };
}
