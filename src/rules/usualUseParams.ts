import Type, { type Static } from 'typebox';
import type { CoursesOfUse } from '../prognostics/courseOfUse.ts';
import { DurationText, duration } from './params.ts';
import type { RuleProblem } from './rule.ts';

const CourseParams = Type.Object(
  {
    share: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'How many units follow it, relative to the other courses.',
    }),
    points: Type.Array(Type.Tuple([DurationText('Age.'), Type.Number({ minimum: 0 })]), {
      minItems: 1,
      maxItems: 32,
      description:
        'Pairs of an age and the use since new at it, straight between them from 0 on; after the last it goes on as before it.',
    }),
    repeats: Type.Boolean({ default: false, description: 'After its last point it begins again.' }),
  },
  { additionalProperties: false },
);

export const UsualUseParams = Type.Object(
  {
    courses: Type.Array(CourseParams, { minItems: 1, maxItems: 16 }),
    deviation: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.05,
      description: 'How far units lie off their course, as a share of the use.',
    }),
    other: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.05,
      description: 'Share of units that follow none of them: these go on at their own rate.',
    }),
  },
  {
    additionalProperties: false,
    description:
      'Known courses of use, such as the seasons of a plant or the programmes of a test rig: which one a unit follows shows in its use so far, and says when the use to come is due. For `over`; counts only where the installation is known.',
  },
);
type UsualUseParams = Static<typeof UsualUseParams>;

export function coursesOf({ courses, deviation, other }: UsualUseParams): CoursesOfUse {
  return {
    courses: courses.map(({ share, points, repeats }) => ({
      share,
      times: [0, ...points.map(([age]) => duration(age))],
      uses: [0, ...points.map(([, use]) => use)],
      repeats,
    })),
    deviation,
    other,
  };
}

export function checkUsualUse(usualUse: UsualUseParams | undefined, over?: string): RuleProblem[] {
  if (!usualUse) return [];
  const problems: RuleProblem[] = [];
  if (over === undefined)
    problems.push({ path: 'usualUse', message: 'there is no counter for it: name it under over' });
  coursesOf(usualUse).courses.forEach(({ times, uses }, course) => {
    for (let at = 1; at < times.length; at++) {
      const path = `usualUse.courses.${course}.points.${at - 1}`;
      if (times[at]! <= times[at - 1]!) problems.push({ path, message: 'ages must rise, from above 0' });
      if (uses[at]! < uses[at - 1]!) problems.push({ path, message: `use must not fall (${uses[at - 1]} is before)` });
    }
  });
  return problems;
}
