import { type Static, Type } from 'typebox';
import { MODEL_PARTS } from '../../domain/modelChange.ts';
import { MODEL_ORIGINS, type ModelVersion } from '../../domain/modelVersion.ts';
import type { ModelCheck, ModelText } from '../services.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { body, defined, oneOf, Time } from './common.ts';

const Origin = oneOf(MODEL_ORIGINS, {
  description: '`applied`: written by a person; `reverted`: the text of an earlier version; `file`: what the file says',
});
const By = Type.String();
const Yaml = Type.String({ description: 'As docs/schema/model.schema.json says' });
const Note = Type.String({ maxLength: 2000, description: 'Why, for those who come after' });

export const ModelTextSchema = Type.Object(
  {
    modelId: Type.String(),
    version: Type.Integer({ description: '0 while nobody has changed what the file says; for `basedOn`' }),
    origin: Origin,
    yaml: Yaml,
    hash: Type.String({ description: 'Of the text' }),
    inForce: Type.Boolean({ description: 'Whether the process that answers works by this version already' }),
    gaveWay: Type.Optional(
      Type.String({
        description:
          'Why it cannot be put in force; its file or, where there is none, an earlier version is until it is put right',
      }),
    ),
    hasFile: Type.Boolean({ description: 'Whether the folder of models has a file of it' }),
    fileChanged: Type.Boolean({
      description: 'The file is not in force and says something else than when this version was made',
    }),
    by: Type.Optional(By),
    at: Type.Optional(Time),
    note: Type.Optional(Note),
  },
  { $id: 'ModelText', description: 'The text of an asset model' },
);

export function presentModelText({ isInForce, at, by, note, ...text }: ModelText): Static<typeof ModelTextSchema> {
  return { ...text, inForce: isInForce, ...defined({ by, note, at: formatIfAny(at) }) };
}

const VERSION_FIELDS = {
  modelId: Type.String(),
  version: Type.Integer({ description: '1 for the first' }),
  origin: Origin,
  restores: Type.Optional(Type.Integer({ description: 'The version whose text was taken up again' })),
  note: Type.Optional(Note),
  by: By,
  at: Time,
};

export const ModelVersionSchema = Type.Object(VERSION_FIELDS, {
  $id: 'ModelVersion',
  description: 'What somebody made of an asset model; the newest version is in force',
});

export const ModelVersionDetailSchema = Type.Object(
  { ...VERSION_FIELDS, yaml: Yaml },
  { $id: 'ModelVersionDetail', description: 'A version of an asset model with its text' },
);

export function presentModelVersion({
  fileHash: _,
  at,
  ...version
}: Omit<ModelVersion, 'yaml'>): Static<typeof ModelVersionSchema> {
  return { ...version, at: formatTime(at) };
}

export function presentModelVersionDetail(version: ModelVersion): Static<typeof ModelVersionDetailSchema> {
  return { ...presentModelVersion(version), yaml: version.yaml };
}

export const ModelCheckSchema = Type.Object(
  {
    problems: Type.Array(
      Type.Object({
        line: Type.Optional(Type.Integer({ description: 'From 1' })),
        column: Type.Optional(Type.Integer({ description: 'From 1' })),
        path: Type.String({
          description: 'Empty for the text as a whole',
          examples: ['components[0].rules[1].levels'],
        }),
        message: Type.String(),
      }),
    ),
    changes: Type.Optional(
      Type.Array(
        Type.Object({
          part: oneOf(MODEL_PARTS),
          id: Type.String({ description: 'Of a failure mode with its component before it, as in `oil/oil-aged`' }),
          change: oneOf(['added', 'removed', 'changed']),
          fields: Type.Array(Type.String(), { description: 'What differs, of what has changed' }),
        }),
        { description: 'Against what is in force; absent where there are problems' },
      ),
    ),
    refolded: Type.Optional(Type.Integer({ description: 'Assets whose history would be folded anew' })),
  },
  { $id: 'ModelCheck', description: 'Every problem of a text, or what would change with it' },
);

export function presentModelCheck({ problems, changes, refolded }: ModelCheck): Static<typeof ModelCheckSchema> {
  return {
    problems: problems.map(({ line, column, path, message }) => ({ path, message, ...defined({ line, column }) })),
    ...defined({ refolded, changes: changes?.map((change) => ({ ...change, fields: [...change.fields] })) }),
  };
}

const NewYaml = Type.String({ minLength: 1, maxLength: 500_000 });

export const ModelCheckBody = body({ yaml: NewYaml });
export const ApplyModelBody = body({
  yaml: NewYaml,
  note: Type.Optional(Note),
  basedOn: Type.Integer({ minimum: 0, description: '`version` of the text that was edited; 0 for a new model' }),
});
export const RevertModelBody = body({
  note: Type.Optional(Note),
  basedOn: Type.Optional(Type.Integer({ minimum: 0, description: 'Refused where another version is the newest' })),
});
