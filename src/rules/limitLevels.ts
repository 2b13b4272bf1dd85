import Type, { type Static } from 'typebox';
import type { Verdict } from './condition.ts';
import { SeverityName } from './params.ts';
import type { RuleProblem } from './rule.ts';

const LimitLevel = Type.Object(
  { limit: Type.Number({ description: 'In the unit of what is watched.' }), severity: SeverityName },
  { additionalProperties: false },
);
export type LimitLevel = Static<typeof LimitLevel>;
export type Direction = 'above' | 'below';

/** Limits on one number, and how far back behind them is clear: spread it into the schema of a kind. */
export const limitParams = {
  direction: Type.Enum(['above', 'below'], { description: 'Which side of the limit is bad.' }),
  levels: Type.Array(LimitLevel, { minItems: 1, maxItems: 3, description: 'From the mildest to the worst.' }),
  deadband: Type.Number({
    minimum: 0,
    default: 0,
    description: 'How far back behind the limit counts as clear, in the unit of what is watched.',
  }),
};

export interface LimitParams {
  readonly direction: Direction;
  readonly levels: readonly LimitLevel[];
  readonly deadband: number;
}

export function checkLimits({ direction, levels }: LimitParams): RuleProblem[] {
  const sign = direction === 'above' ? 1 : -1;
  return levels.flatMap((level, index) => {
    const before = levels[index - 1];
    if (!before || (level.limit - before.limit) * sign > 0) return [];
    const order = direction === 'above' ? 'higher' : 'lower';
    return [{ path: `levels.${index}.limit`, message: `must be ${order} than the level before (${before.limit})` }];
  });
}

export interface Limits {
  /** Sets the levels that a value reaches and holds. */
  judge(value: number, verdict: Verdict): void;
  /** Whether it is clear of every level, the deadband counted in. */
  isClear(value: number): boolean;
}

export function compileLimits({ direction, levels, deadband }: LimitParams): Limits {
  const sign = direction === 'above' ? 1 : -1;
  const limits = levels.map(({ limit }) => limit * sign);
  const released = limits.map((limit) => limit - deadband);
  const mildest = released[0]!;
  return {
    judge(value, verdict) {
      const signed = value * sign;
      verdict.held = countBelow(released, signed);
      verdict.reached = countBelow(limits, signed);
    },
    isClear: (value) => value * sign <= mildest,
  };
}

function countBelow(limits: readonly number[], value: number): number {
  let count = 0;
  while (count < limits.length && value > limits[count]!) count++;
  return count;
}
