/** Keys and list positions from the root of a document. */
export type Path = readonly (string | number)[];

/** One mistake in the configuration, with its place. */
export interface Problem {
  /** The file as it was named, or the name of an environment variable. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Such as `sources[0].topic`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong and what would be valid. */
  readonly message: string;
}

/** Writes `['sources', 0, 'topic']` as `sources[0].topic`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** One line for people: `file:line: path: message`. */
function formatProblem(problem: Problem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
  return [place, problem.path, problem.message].filter((part) => part !== '').join(': ');
}

/** One line a problem, ordered by file and line. */
export function formatProblems(problems: readonly Problem[]): string {
  return inOrder(problems).map(formatProblem).join('\n');
}

/** By file and line. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(byPlace);
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
