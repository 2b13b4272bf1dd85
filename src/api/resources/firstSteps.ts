import { type Static, Type } from 'typebox';
import type { DecodeTrial } from '../../domain/decodeTrial.ts';
import type { Installation } from '../../domain/installation.ts';
import { formatTime } from '../times.ts';
import { oneOf, Time } from './common.ts';
import { ReasonSchema } from './deadLetter.ts';

export const InstallationSchema = Type.Object(
  {
    version: Type.String(),
    assets: Type.Integer({ description: 'Registered assets' }),
    heard: Type.Boolean({ description: 'Whether any of the first hundred assets was ever heard' }),
    lastReceivedAt: Type.Optional(Time),
    mqtt: Type.Object({
      url: Type.String({ description: 'Where devices report; without a login' }),
      embedded: Type.Boolean({ description: "Fettle's own broker, which only this machine reaches" }),
      login: Type.Boolean({ description: 'Whether Fettle itself logs in there: devices need a login too' }),
    }),
    sources: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          topic: Type.String({ description: 'Topic template' }),
          codec: Type.String(),
          autoRegister: Type.Optional(
            Type.String({ description: 'Model of assets that register themselves with their first message' }),
          ),
        },
        { title: 'source' },
      ),
      { description: 'In order of precedence' },
    ),
  },
  { $id: 'Installation', description: 'What there is at the moment, and where devices report' },
);

export function presentInstallation({
  lastReceivedAt,
  sources,
  ...rest
}: Installation): Static<typeof InstallationSchema> {
  return {
    ...rest,
    sources: [...sources],
    ...(lastReceivedAt !== undefined && { lastReceivedAt: formatTime(lastReceivedAt) }),
  };
}

const Likeness = Type.Object({ name: Type.String({ description: 'In the payload' }), metric: Type.String() });

/** Whom a message speaks for. */
const SUBJECT_FIELDS = {
  assetId: Type.Optional(Type.String()),
  siteId: Type.Optional(Type.String()),
  deviceId: Type.Optional(Type.String()),
  registered: Type.Boolean({ description: 'Whether the asset, or a binding of the device, is registered' }),
  modelId: Type.Optional(Type.String({ description: 'The model that it was read by' })),
};

const SourceTrial = Type.Object(
  {
    sourceId: Type.String(),
    topic: Type.String({ description: 'Its topic template' }),
    codec: Type.String(),
    ...SUBJECT_FIELDS,
    subjects: Type.Optional(
      Type.Array(Type.Object(SUBJECT_FIELDS), {
        description: 'All whom it speaks for, at most 50, where the payload names several; the first is told beside it',
      }),
    ),
    samples: Type.Array(
      Type.Object({
        asset: Type.String(),
        metric: Type.String(),
        time: Time,
        value: Type.Number(),
        unit: Type.Optional(Type.String()),
        symbol: Type.Optional(Type.String({ description: 'The name of the code, of states and events' })),
        meaning: Type.Optional(Type.String({ description: 'What that code means, where the model says it' })),
        quality: Type.Integer({ description: '0 good, 1 uncertain, 2 bad' }),
      }),
    ),
    rejections: Type.Array(
      Type.Object({
        reason: ReasonSchema,
        detail: Type.String({ description: 'What was found and what would be valid' }),
        assetId: Type.Optional(Type.String()),
        metric: Type.Optional(Type.String({ description: 'As the device named it' })),
        samples: Type.Integer({ description: 'How many decoded values this refuses' }),
      }),
    ),
  },
  { description: 'What one source makes of the message' },
);

const ModelFit = Type.Object(
  {
    modelId: Type.String(),
    score: Type.Number({
      description:
        'From 0 to 1: names and metrics that belong together, of all of both; what is only similar counts half',
    }),
    mapped: Type.Array(Likeness),
    similar: Type.Array(Likeness, { description: 'Written a little differently: to be mapped by the source' }),
    missing: Type.Array(Type.String(), { description: 'Metrics that the message does not have' }),
    unknown: Type.Array(Type.String(), { description: 'Names that the model does not have' }),
  },
  { description: 'How well a model fits the message' },
);

export const DecodeTrialSchema = Type.Object(
  {
    sources: Type.Array(SourceTrial, { description: 'Those whose topic fits; the first takes the message' }),
    suggestedTopic: Type.Optional(
      Type.String({ description: 'A topic template for a source of its own, where no source fits' }),
    ),
    models: Type.Array(ModelFit, { description: 'Best first; only those that know a name' }),
    suggestedAsset: Type.Optional(Type.Object({ id: Type.String(), siteId: Type.String(), name: Type.String() })),
  },
  { $id: 'DecodeTrial', description: 'What a message would become' },
);

export function presentTrial({ sources, models, ...rest }: DecodeTrial): Static<typeof DecodeTrialSchema> {
  return {
    ...rest,
    sources: sources.map(({ subjects, ...one }) => ({
      ...one,
      ...(subjects && { subjects: [...subjects] }),
      samples: [...one.samples],
      rejections: [...one.rejections],
    })),
    models: models.map(({ mapped, similar, missing, unknown, ...fit }) => ({
      ...fit,
      mapped: [...mapped],
      similar: [...similar],
      missing: [...missing],
      unknown: [...unknown],
    })),
  };
}

export const DemoSchema = Type.Object(
  {
    state: oneOf(['off', 'starting', 'running', 'failed']),
    url: Type.Optional(Type.String({ description: 'Signs in as its administrator, while it runs' })),
    detail: Type.Optional(Type.String({ description: 'What it said last, where it failed' })),
  },
  { $id: 'Demo', description: 'A Fettle of its own beside this one, with simulated machines and its own data' },
);
