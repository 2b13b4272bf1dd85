import { type Static, Type } from 'typebox';
import type { Taken } from '../services.ts';
import { defined } from './common.ts';
import { ReasonSchema } from './deadLetter.ts';

export const RefusedSchema = Type.Object({
  reason: ReasonSchema,
  detail: Type.String(),
  assetId: Type.Optional(Type.String()),
  metric: Type.Optional(Type.String({ description: 'As the device named it' })),
});

export const IntakeSchema = Type.Object(
  {
    stored: Type.Integer({ minimum: 0, description: 'Samples that were new, and are durable' }),
    duplicate: Type.Integer({ minimum: 0, description: 'Samples that were there already' }),
    refused: Type.Integer({ minimum: 0, description: 'Refusals, each kept among the dead letters' }),
    rejections: Type.Array(RefusedSchema, { description: 'Why, for the first of them' }),
  },
  { description: 'What became of the message' },
);

export function presentTaken({ rejections, ...counts }: Taken): Static<typeof IntakeSchema> {
  return {
    ...counts,
    rejections: rejections.map(({ reason, detail, assetId, metric }) => ({
      reason,
      detail,
      ...defined({ assetId, metric }),
    })),
  };
}
