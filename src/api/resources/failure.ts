import { type Static, Type } from 'typebox';
import { REMOVED_CONDITIONS } from '../../domain/asset.ts';
import {
  DETECTED_BY,
  FAILURE_IMPACTS,
  FAILURE_SOURCES,
  type FailureChange,
  type FailureCorrection,
  type FailureRecord,
  type NewFailure,
} from '../../domain/failure.ts';
import { formatTime, timeIfAny, timeOf } from '../times.ts';
import { body, defined, Id, oneOf, ref, Time, time } from './common.ts';

const Impact = oneOf(FAILURE_IMPACTS, {
  description:
    'ISO 14224. `critical`: it could not do its work, counts for MTBF and as missed where nothing had predicted it; ' +
    '`degraded`: it did it badly; `incipient`: it was only beginning',
});
const DetectedBy = oneOf(DETECTED_BY, { description: 'Who or what noticed it first' });
const Downtime = Type.Number({ minimum: 0, description: 'How long it could not do its work' });

export const FailureSchema = Type.Object(
  {
    id: Type.String(),
    assetId: Type.String(),
    componentId: Type.String({ description: '`asset` for the asset as a whole' }),
    failureModeId: Type.Optional(Type.String({ description: 'Absent: not known which' })),
    at: time('When it happened; when it was found where nobody knows'),
    detectedBy: DetectedBy,
    impact: Impact,
    downtimeMinutes: Type.Optional(Downtime),
    note: Type.Optional(Type.String()),
    ticketId: Type.Optional(Type.String()),
    source: oneOf(FAILURE_SOURCES, { description: '`ticket`: closing it recorded the failure' }),
    externalKey: Type.Optional(Type.String({ description: 'The same key is the same failure' })),
    recordedAt: Time,
    recordedBy: Type.String(),
  },
  { $id: 'Failure', description: 'A failure that happened, with or without a ticket' },
);

export const FailureDetailSchema = Type.Object(
  {
    ...FailureSchema.properties,
    changes: Type.Array(
      Type.Object({ at: Time, by: Type.String(), reason: Type.String(), before: ref(FailureSchema) }),
      { description: 'What it was before it was corrected, oldest first' },
    ),
  },
  { $id: 'FailureDetail', description: 'A failure with its corrections' },
);

export function presentFailure(failure: FailureRecord): Static<typeof FailureSchema> {
  return { ...failure, at: formatTime(failure.at), recordedAt: formatTime(failure.recordedAt) };
}

export function presentFailureDetail(
  failure: FailureRecord,
  changes: readonly FailureChange[],
): Static<typeof FailureDetailSchema> {
  const shown = changes.map(({ at, by, reason, before }) => {
    return { at: formatTime(at), by, reason, before: presentFailure(before) };
  });
  return { ...presentFailure(failure), changes: shown };
}

export const NewFailureBody = body(
  {
    assetId: Id,
    componentId: Id,
    failureModeId: Type.Optional(Id),
    at: time('When it happened; when it was found where nobody knows'),
    detectedBy: oneOf(DETECTED_BY, { default: 'staff', description: 'Who or what noticed it first' }),
    impact: oneOf(FAILURE_IMPACTS, { ...Impact, default: 'critical' }),
    downtimeMinutes: Type.Optional(Downtime),
    note: Type.Optional(Type.String({ maxLength: 20_000 })),
    ticketId: Type.Optional(Id),
    externalKey: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'Of another system. What is said anew of it holds' }),
    ),
    replaced: Type.Optional(
      body(
        {
          at: Time,
          reading: Type.Optional(Type.Number({ description: 'Of the usage counter at that moment' })),
          serial: Type.Optional(Type.String({ maxLength: 500, description: 'Of the part that was put in' })),
          removed: Type.Optional(oneOf(REMOVED_CONDITIONS, { description: 'Condition of the part taken out' })),
        },
        { description: 'The component was replaced because of it: its life starts anew, and the fleet learns from it' },
      ),
    ),
  },
  {
    examples: [
      {
        assetId: 'compressor-0815',
        componentId: 'air-filter',
        failureModeId: 'clogged',
        at: '2024-05-01T08:00:00.000Z',
        detectedBy: 'customer',
        impact: 'critical',
        downtimeMinutes: 95,
        externalKey: 'erp-40711',
        replaced: { at: '2024-05-01T10:00:00.000Z', reading: 4012, removed: 'failed' },
      },
    ],
  },
);

export function readFailure(given: Static<typeof NewFailureBody>): NewFailure {
  const { at, replaced, ...rest } = given;
  return { ...rest, at: timeOf(at), ...(replaced && { replaced: { ...replaced, at: timeOf(replaced.at) } }) };
}

export const FailureCorrectionBody = body(
  {
    reason: Type.String({ minLength: 1, maxLength: 2000 }),
    failureModeId: Type.Optional(Id),
    at: Type.Optional(Time),
    detectedBy: Type.Optional(DetectedBy),
    impact: Type.Optional(Impact),
    downtimeMinutes: Type.Optional(Downtime),
    note: Type.Optional(Type.String({ maxLength: 20_000 })),
  },
  { examples: [{ reason: 'It went on running, only slower', impact: 'degraded' }] },
);

export const RemovalBody = body(
  { reason: Type.String({ minLength: 1, maxLength: 2000 }) },
  { examples: [{ reason: 'It was another machine' }] },
);

export function readCorrection(given: Static<typeof FailureCorrectionBody>): FailureCorrection {
  return { ...given, ...defined({ at: timeIfAny(given.at) }) } as FailureCorrection;
}
