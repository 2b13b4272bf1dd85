import { type Static, Type } from 'typebox';
import { SUGGESTED_INTO, type UnmappedReport, type UnmappedTopics } from '../../domain/unmapped.ts';
import { formatTime } from '../times.ts';
import { oneOf, Time } from './common.ts';
import { presentPayload } from './deadLetter.ts';

const count = (description: string) => Type.Integer({ minimum: 0, description });

const MessageSchema = Type.Object({
  deadLetterId: Type.String(),
  topic: Type.String(),
  at: Time,
  payload: Type.String({ description: 'The first bytes of it, in the encoding that `payloadEncoding` names' }),
  payloadEncoding: oneOf(['utf-8', 'base64']),
  payloadBytes: Type.Integer({ description: 'Size of the whole payload' }),
});

const TopicsSchema = Type.Object({
  topic: Type.String({ description: 'A template that all of them fit; the topic itself where there is none' }),
  topics: count('Topics of this form'),
  examples: Type.Array(Type.String(), { description: 'The newest of them' }),
  messages: count('Messages that were kept'),
  firstAt: Time,
  lastAt: Time,
  samples: Type.Array(MessageSchema, { description: 'The newest, a few' }),
  suggestion: Type.Optional(
    Type.Object(
      {
        into: oneOf(SUGGESTED_INTO, { description: 'The list of fettle.yaml that it is an item of' }),
        codec: Type.Optional(Type.String()),
        modelId: Type.Optional(Type.String({ description: 'The model whose metrics fit the names best' })),
        yaml: Type.String(),
        taken: count('Values of the samples that would be taken'),
        refused: count('Values of the samples that would still be refused'),
      },
      { description: 'What would take these messages; absent where nothing can read them' },
    ),
  ),
});

const MetricSchema = Type.Object({
  sourceId: Type.String(),
  modelId: Type.Optional(Type.String()),
  name: Type.String({ description: 'As the device calls it' }),
  values: count('Values that were refused and kept'),
  assets: count('Assets that sent it'),
  assetIds: Type.Array(Type.String(), { description: 'Some of them' }),
  firstAt: Time,
  lastAt: Time,
  samples: Type.Array(
    Type.Object({
      deadLetterId: Type.String(),
      assetId: Type.String(),
      at: Time,
      value: Type.String({ description: 'As JSON, cut' }),
    }),
    { description: 'The newest, a few' },
  ),
  suggestion: Type.Optional(
    Type.Object(
      {
        metricId: Type.Optional(Type.String({ description: 'Absent where the value is an object, whose names count' })),
        unit: Type.Optional(Type.String({ description: 'Of the payload, where it is not that of the model' })),
        others: Type.Array(Type.String(), { description: 'Metrics that are as likely' }),
        yaml: Type.String({ description: 'Lines below `metrics` of the source' }),
      },
      { description: 'What the name probably is; absent where no metric of the model is like it' },
    ),
  ),
});

export const UnmappedSchema = Type.Object(
  {
    topics: Type.Array(TopicsSchema, { description: 'Topics that no source takes, the most frequent first' }),
    metrics: Type.Array(MetricSchema, {
      description: 'Names that are neither mapped nor metrics, the most frequent first',
    }),
    sources: Type.Array(Type.Object({ sourceId: Type.String(), yaml: Type.String() }), {
      description: 'All that is suggested for the names of a source, as lines of it in fettle.yaml',
    }),
    letters: count('Dead letters that were looked at, the newest'),
    complete: Type.Boolean({ description: 'Those are all that there are' }),
    mappedSince: count('Those of them whose topic or name is mapped by now: they can be taken again'),
  },
  { $id: 'Unmapped', description: 'What came and nothing takes, with what would take it' },
);

export const HeardSchema = Type.Object(
  {
    heard: count('Messages that were heard'),
    unmapped: count('Of these, those that nothing takes'),
    topics: count('Topics of these'),
    kept: count('Of these, those that are kept among the dead letters'),
  },
  { description: 'What was heard' },
);

export function presentUnmapped({ topics, metrics, sources, ...rest }: UnmappedReport): Static<typeof UnmappedSchema> {
  return {
    ...rest,
    topics: topics.map(presentTopics),
    metrics: metrics.map(({ firstAt, lastAt, samples, assetIds, suggestion, ...metric }) => ({
      ...metric,
      assetIds: [...assetIds],
      firstAt: formatTime(firstAt),
      lastAt: formatTime(lastAt),
      samples: samples.map(({ at, ...sample }) => ({ ...sample, at: formatTime(at) })),
      ...(suggestion && { suggestion: { ...suggestion, others: [...suggestion.others] } }),
    })),
    sources: sources.map((source) => ({ ...source })),
  };
}

/** Of a payload so many bytes are shown; the dead letter has more. */
const SHOWN = 512;

function presentTopics({ firstAt, lastAt, examples, samples, suggestion, ...topics }: UnmappedTopics) {
  return {
    ...topics,
    examples: [...examples],
    firstAt: formatTime(firstAt),
    lastAt: formatTime(lastAt),
    samples: samples.map(({ at, payload, ...sample }) => ({
      ...sample,
      at: formatTime(at),
      ...presentPayload(payload.subarray(0, SHOWN)),
    })),
    ...(suggestion && { suggestion: { ...suggestion } }),
  };
}
