import { type Static, Type } from 'typebox';
import type { RatingFigures } from '../../ports/analytics.ts';
import { tidy } from '../numbers.ts';
import { KeySchema, seconds } from './analyticsService.ts';
import { Time } from './common.ts';

const RatingsFiguresSchema = Type.Object({
  count: Type.Integer(),
  mean: Type.Optional(Type.Number({ minimum: 1, maximum: 5 })),
  byScore: Type.Array(Type.Integer(), { description: 'How many gave 1, 2, 3, 4 and 5' }),
  meanResolveSeconds: Type.Optional(Type.Number()),
});

export const RatingsSchema = Type.Object(
  {
    from: Time,
    to: Time,
    total: RatingsFiguresSchema,
    groups: Type.Array(Type.Object({ ...KeySchema, ...RatingsFiguresSchema.properties })),
  },
  { description: 'Figures of ratings' },
);

export function presentRatings({
  count,
  mean,
  byScore,
  resolving,
}: RatingFigures): Static<typeof RatingsFiguresSchema> {
  return {
    count,
    ...(mean !== undefined && { mean: tidy(mean) }),
    byScore: [...byScore],
    meanResolveSeconds: seconds(resolving),
  };
}
