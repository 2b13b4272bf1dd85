import { type Static, Type } from 'typebox';
import type { PastBatch, PastReading, PastTaken } from '../../domain/past.ts';
import { isTimeZone } from '../../domain/zone.ts';
import { formatTime } from '../times.ts';
import { body, defined, Time } from './common.ts';
import { RefusedSchema } from './intake.ts';

/** Some 100 bytes each. */
const MOST_READINGS = 20_000;
/** Decoded, each takes some hundred bytes more until it is stored. */
const MOST_VALUES = 50_000;

const ReadingSchema = body({
  asset: Type.Optional(Type.String({ description: 'Id of the asset; or `device`' })),
  device: Type.Optional(Type.String({ description: 'Id of the device' })),
  ts: Type.Optional(
    Type.Union([Type.String(), Type.Number()], {
      description: 'As the source reads timestamps',
      examples: ['2025-03-10T12:00:00Z'],
    }),
  ),
  values: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Boolean(), Type.String()]), {
    description: 'By the names that the source maps',
    examples: [{ temperature: 71.5, pressure: 8.2 }],
  }),
  units: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        'Of these values, where neither the mapping of the source names them nor they are those of the model',
      examples: [{ temperature: '°F' }],
    }),
  ),
});

export const PastBatchSchema = body({
  zone: Type.Optional(
    Type.Refine(
      Type.String({
        minLength: 1,
        description: "IANA zone of times without one, in place of the source's",
        examples: ['Europe/Berlin'],
      }),
      isTimeZone,
      () => 'must be an IANA time zone such as Europe/Berlin',
    ),
  ),
  dryRun: Type.Boolean({ default: false, description: 'Tells what would be refused, and stores nothing' }),
  readings: Type.Refine(
    Type.Array(ReadingSchema, {
      minItems: 1,
      maxItems: MOST_READINGS,
      description: `With ${MOST_VALUES.toLocaleString('en')} values at most in all`,
    }),
    (readings) => valuesIn(readings) <= MOST_VALUES,
    () =>
      `must have no more than ${MOST_VALUES.toLocaleString('en')} values in all; bring the others in another request`,
  ),
});

function valuesIn(readings: readonly Partial<Static<typeof ReadingSchema>>[]): number {
  return readings.reduce((sum, reading) => sum + Object.keys(reading?.values ?? {}).length, 0);
}

export const PastTakenSchema = Type.Object(
  {
    stored: Type.Integer({ minimum: 0, description: 'Samples that are durable, and were not there' }),
    duplicate: Type.Integer({ minimum: 0, description: 'Samples that were there already' }),
    rejections: Type.Array(
      Type.Object({
        reading: Type.Integer({ minimum: 0, description: 'Its place among the readings, from 0' }),
        ...RefusedSchema.properties,
      }),
      { description: 'All that was refused' },
    ),
    assets: Type.Array(
      Type.Object({
        assetId: Type.String(),
        samples: Type.Integer({ minimum: 1, description: 'That could be read' }),
        from: Time,
        to: Time,
      }),
    ),
  },
  { description: 'What became of the readings' },
);

export function readPastBatch(sourceId: string, { zone, readings }: Static<typeof PastBatchSchema>): PastBatch {
  return { sourceId, readings: readings.map(readReading), ...defined({ zone }) };
}

function readReading({ asset, device, ts, values, units }: Static<typeof ReadingSchema>): PastReading {
  return { time: ts, values, ...defined({ assetId: asset, deviceId: device, units }) };
}

export function presentPastTaken({ stored, duplicate, rejections, spans }: PastTaken): Static<typeof PastTakenSchema> {
  return {
    stored,
    duplicate,
    rejections: rejections.map(({ reading, reason, detail, assetId, metric }) => ({
      reading,
      reason,
      detail,
      ...defined({ assetId, metric }),
    })),
    assets: spans.map(({ from, to, ...span }) => ({ ...span, from: formatTime(from), to: formatTime(to) })),
  };
}
