import Type, { type Static } from 'typebox';
import type { Landmark } from '../prognostics/landmarks.ts';
import type { RuleProblem } from './rule.ts';

const LandmarkParams = Type.Object(
  {
    at: Type.Number({ minimum: 0, description: 'Use since new at which units are looked at.' }),
    level: Type.Number({ description: 'Usual level of the indicator there, without its noise.' }),
    noise: Type.Number({
      exclusiveMinimum: 0,
      description: 'Usual standard deviation of a point, which is the mean over updateEvery.',
    }),
    life: Type.Number({ exclusiveMinimum: 0, description: 'Usual use from new to the end of those that came so far.' }),
    perLevel: Type.Number({ description: 'What is added to that life for each unit that the level is higher.' }),
    perNoise: Type.Number({
      default: 0,
      description:
        'What is added for each doubling of the noise: where one reading beyond the limit ends a life, noisy units end sooner.',
    }),
    spread: Type.Number({ exclusiveMinimum: 0, description: 'Standard deviation of lives about that.' }),
  },
  { additionalProperties: false },
);

export const LandmarksParams = Type.Array(LandmarkParams, {
  minItems: 1,
  maxItems: 32,
  description:
    'For model landmarks: by use since new, the lives of units that came so far, regressed on the level and the noise that they showed. All in the unit of `over`.',
});
type LandmarksParams = Static<typeof LandmarksParams>;

/** As the indicator rises towards its limit: `sign` is −1 where it falls. */
export function landmarksOf(params: LandmarksParams, sign: 1 | -1): Landmark[] {
  return params.map((one) => ({ ...one, level: sign * one.level, perLevel: sign * one.perLevel }));
}

export function checkLandmarks(landmarks: LandmarksParams | undefined, model: string, over?: string): RuleProblem[] {
  if (!landmarks) {
    return model === 'landmarks'
      ? [{ path: 'landmarks', message: 'model landmarks needs them: what units showed at some ages, and their lives' }]
      : [];
  }
  if (model !== 'landmarks') {
    return [{ path: 'landmarks', message: `model ${model} has none; leave them out, or say model: landmarks` }];
  }
  const problems: RuleProblem[] = [];
  if (over === undefined) problems.push({ path: 'over', message: 'model landmarks needs the counter of use' });
  landmarks.forEach(({ at }, index) => {
    const before = landmarks[index - 1]?.at;
    if (before === undefined || at > before) return;
    problems.push({ path: `landmarks.${index}.at`, message: `must be later than the one before (${before})` });
  });
  return problems;
}
