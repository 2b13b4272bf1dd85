import { type Static, Type } from 'typebox';
import type { RuleFigures } from '../../ports/analytics.ts';
import { tidy } from '../numbers.ts';
import { ShareOptional, seconds, shareOf } from './analyticsService.ts';
import { Time } from './common.ts';

const RuleSchema = Type.Object({
  modelId: Type.String(),
  ruleId: Type.Optional(Type.String({ description: 'Absent: missed where no rule watches, or more than one does' })),
  hits: Type.Integer(),
  early: Type.Integer(),
  late: Type.Integer(),
  false: Type.Integer(),
  missed: Type.Integer(),
  unverifiable: Type.Integer(),
  failures: Type.Object({
    caught: Type.Integer(),
    uncaught: Type.Integer(),
    share: ShareOptional,
  }),
  warningSeconds: Type.Object({
    count: Type.Integer({ description: 'How many are known' }),
    p10: Type.Optional(Type.Number()),
    p50: Type.Optional(Type.Number()),
    p90: Type.Optional(Type.Number()),
  }),
  lifeThrownAway: Type.Object({
    parts: Type.Integer({ description: 'Replaced parts of which it is known' }),
    lives: Type.Number({ description: 'Whole lives, in all' }),
    meanShare: Type.Optional(Type.Number()),
  }),
  wasted: Type.Object({ visits: Type.Integer(), labourMinutes: Type.Number() }),
});

export const RulesSchema = Type.Object(
  { from: Time, to: Time, items: Type.Array(RuleSchema) },
  { description: 'Figures by model and rule' },
);

export function presentRule(figures: RuleFigures): Static<typeof RuleSchema> {
  const { caught, uncaught, warning, lifeLost, ...rest } = figures;
  return {
    ...rest,
    failures: { caught, uncaught, ...shareOf(caught, uncaught) },
    warningSeconds: {
      count: warning.count,
      p10: seconds(warning.p10),
      p50: seconds(warning.p50),
      p90: seconds(warning.p90),
    },
    lifeThrownAway: {
      parts: lifeLost.parts,
      lives: tidy(lifeLost.lives),
      ...(lifeLost.mean !== undefined && { meanShare: tidy(lifeLost.mean) }),
    },
  };
}
