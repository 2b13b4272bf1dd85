import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { checkMeaning, type Problem } from './scenarioChecks.ts';
import { type Scenario, ScenarioFile } from './scenarioSchema.ts';
import { SPAN_FORM } from './time.ts';

const validator = Compile(ScenarioFile);

/** Everything that is wrong with a scenario file, one mistake a line, each with file and line. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Reads and checks a scenario. @throws ScenarioError with all mistakes at once */
export function loadScenario(file: string): Scenario {
  return parseScenario(readFileSync(file, 'utf8'), file);
}

/** @param file name for messages */
export function parseScenario(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ScenarioError(
      document.errors.map((error) => `${file}:${error.linePos?.[0].line ?? 1}: ${error.message}`),
    );
  }
  const value: unknown = document.toJS();
  const problems = validator.Check(value) ? checkMeaning(value) : schemaProblems(value);
  if (problems.length === 0) return value as Scenario;
  throw new ScenarioError(
    problems.map(({ path, message }) => `${file}:${lineOf(path)}: ${path.join('.') || 'scenario'}: ${message}`),
  );

  function lineOf(path: Problem['path']): number {
    for (let length = path.length; length > 0; length--) {
      const parent = document.getIn(path.slice(0, length - 1), true);
      const pair = isMap(parent)
        ? parent.items.find((item) => String(item.key) === String(path[length - 1]))
        : undefined;
      const node = pair?.key ?? document.getIn(path.slice(0, length), true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      if (range) return lines.linePos(range[0]).line;
    }
    return 1;
  }
}

function schemaProblems(value: unknown): Problem[] {
  return validator.Errors(value).flatMap((error): Problem[] => {
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
    switch (error.keyword) {
      case 'required':
        return error.params.requiredProperties.map((field) => ({ path, message: `'${field}' is missing` }));
      case 'additionalProperties':
        return error.params.additionalProperties.map((field) => ({ path: [...path, field], message: 'unknown field' }));
      case 'pattern':
        return [{ path, message: path.at(-1) === 'id' ? 'letters, digits, - and _ only' : `write ${SPAN_FORM}` }];
      case 'enum':
        return [{ path, message: `must be one of ${error.params.allowedValues.join(', ')}` }];
      case 'boolean':
        return [];
      default:
        return [{ path, message: error.message }];
    }
  });
}
