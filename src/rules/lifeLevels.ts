import Type, { type Static } from 'typebox';
import { checkRising, SeverityName } from './params.ts';
import type { RuleProblem } from './rule.ts';

const LifeLevel = Type.Object(
  {
    wear: Type.Number({ exclusiveMinimum: 0, maximum: 2, description: 'Share of life used; 1 is end of life.' }),
    severity: SeverityName,
  },
  { additionalProperties: false },
);
export type LifeLevel = Static<typeof LifeLevel>;

/** Raising by the share of life used, for the schema of a kind that knows a life. */
export const LifeLevels = Type.Array(LifeLevel, {
  minItems: 1,
  maxItems: 3,
  description:
    'Raise by the share of life used, from the mildest to the worst. Default where no risk is given: warning at 0.9, critical at 1.',
});

const DEFAULT_LEVELS: readonly LifeLevel[] = [
  { wear: 0.9, severity: 'warning' },
  { wear: 1, severity: 'critical' },
];

/** The levels as given; where a rule says nothing of how it raises, the usual ones. */
export function lifeLevels({ levels, risk }: { levels?: readonly LifeLevel[]; risk?: unknown }): readonly LifeLevel[] {
  return levels ?? (risk === undefined ? DEFAULT_LEVELS : []);
}

export function checkLifeLevels(levels: readonly LifeLevel[] = []): RuleProblem[] {
  return checkRising(
    levels.map(({ wear }) => wear),
    (index) => `levels.${index}.wear`,
  );
}
