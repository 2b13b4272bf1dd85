import { type Static, Type } from 'typebox';
import { SCORES, type Score } from '../../domain/score.ts';
import { SECOND } from '../../domain/time.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { defined, LocalTextSchema, oneOf, presentText, Time, time } from './common.ts';

export const ScoreSchema = Type.Object(
  {
    id: Type.String(),
    ticketId: Type.Optional(Type.String({ description: 'The prediction; absent for what was missed' })),
    failureId: Type.Optional(Type.String({ description: 'The failure by which it was judged' })),
    assetId: Type.String(),
    componentId: Type.String(),
    failureModeId: Type.Optional(Type.String()),
    ruleId: Type.Optional(
      Type.String({ description: 'That predicted; of what was missed, the only one that watches for it' }),
    ),
    ruleVersion: Type.Optional(Type.String()),
    at: time('When the ticket was opened; when what was missed happened'),
    score: oneOf(SCORES, {
      description:
        '`hit`: the failure, or what shows that it was coming, was found after the ticket opened, and no sooner than its part ' +
        'comes. `late`: it failed sooner, or before. `early`: the part was still sound, or much life was left. `false`: nothing ' +
        'was found, and nothing failed within the time it spoke of. `missed`: a critical failure that no ticket had been opened ' +
        'for. `unverifiable`: nobody can tell',
    }),
    warningSeconds: Type.Optional(
      Type.Number({ description: 'From the opening of the ticket to the failure; negative where that came first' }),
    ),
    lifeLost: Type.Optional(
      Type.Number({ description: 'Share of the expected life that a part still had when it was taken out, 0 to 1' }),
    ),
    reason: LocalTextSchema,
    scoredAt: Time,
    reviewAt: Type.Optional(time('When it comes out otherwise if nothing fails before')),
  },
  { $id: 'Score', description: 'What a prediction came to' },
);

export function presentScore({ warningMs, reviewAt, ...score }: Score): Static<typeof ScoreSchema> {
  return {
    ...score,
    at: formatTime(score.at),
    reason: presentText(score.reason),
    scoredAt: formatTime(score.scoredAt),
    ...defined({ warningSeconds: warningMs === undefined ? undefined : warningMs / SECOND }),
    ...defined({ reviewAt: formatIfAny(reviewAt) }),
  };
}
