import { readHistories } from '../config/historiesFile.ts';
import type { Histories } from '../domain/histories.ts';
import { type FittedLandmark, fitLandmarks, type LifeCourse, usualAges } from '../prognostics/landmarkFit.ts';
import { CommandError } from './commandError.ts';

export interface LandmarksOptions {
  /** The indicator. */
  readonly of: string;
  /** Use since new. */
  readonly over: string;
  readonly below?: boolean;
  /** Ages in units of use, separated by commas. */
  readonly at?: string;
}

/** Figures of a landmark that are written. */
const DIGITS = 4;

/** `fettle landmarks`: fits the landmarks of a trend to units that were run to their end, as YAML for its rule. */
export function landmarks(file: string, options: LandmarksOptions): void {
  const read = readHistories(file);
  if ('message' in read) throw new CommandError(read.message);
  const sign = options.below ? -1 : 1;
  const courses = coursesOf(read.histories, options, sign);
  const ages = options.at === undefined ? usualAges(courses) : options.at.split(',').map(toAge);
  const fitted = fitLandmarks(courses, ages);
  if (fitted.length === 0) {
    throw new CommandError(
      `${file} has too few units: at least five have to come to an age (it has ${courses.length})`,
    );
  }
  process.stdout.write(`${written(fitted, sign)}\n`);
}

function toAge(text: string): number {
  const age = Number(text);
  if (text.trim() !== '' && Number.isFinite(age) && age >= 0) return age;
  throw new CommandError(`--at: '${text}' is no age; write numbers in units of use, separated by commas`);
}

function coursesOf({ metrics, runs }: Histories, { of, over }: LandmarksOptions, sign: 1 | -1): LifeCourse[] {
  const [level, use] = [of, over].map((id) => {
    const index = metrics.indexOf(id);
    if (index >= 0) return index;
    throw new CommandError(`the histories have no '${id}'; they have ${metrics.join(', ')}`);
  });
  return runs.map(({ times, values }) => {
    const rows = Array.from(times, (_, row) => row * metrics.length);
    return { ages: rows.map((row) => values[row + use!]!), values: rows.map((row) => sign * values[row + level!]!) };
  });
}

function written(fitted: readonly FittedLandmark[], sign: 1 | -1): string {
  const lines = fitted.map(({ units, level, perLevel, ...rest }) => {
    const shown = { ...rest, level: sign * level, perLevel: sign * perLevel };
    const fields = (['at', 'level', 'noise', 'life', 'perLevel', 'perNoise', 'spread'] as const).map(
      (key) => `${key}: ${Number(shown[key].toPrecision(DIGITS))}`,
    );
    return `  - { ${fields.join(', ')} } # ${units} units`;
  });
  return ['landmarks:', ...lines].join('\n');
}
