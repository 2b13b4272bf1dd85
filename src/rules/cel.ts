import { Environment, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';

/** A CEL expression over numbers by name, parsed and type-checked. */
export interface CelExpression {
  /** Names it reads, each once. */
  readonly names: readonly string[];
  /** Its value; undefined where there is none: a division by zero, a root of a negative number, an overflow. */
  evaluate(values: Readonly<Record<string, number>>): number | boolean | undefined;
}

export type CelType = 'number' | 'bool';

/** Bounds on what one sample may cost. */
const LIMITS = { maxAstNodes: 200, maxDepth: 40, maxListElements: 50 };

/** CEL brings no mathematics. Logarithms are `ln` and `log10`. */
const FUNCTIONS: Readonly<Record<string, (...numbers: number[]) => number>> = {
  'abs(double)': Math.abs,
  'sqrt(double)': Math.sqrt,
  'exp(double)': Math.exp,
  'ln(double)': Math.log,
  'log10(double)': Math.log10,
  'round(double)': Math.round,
  'pow(double, double)': (base, exponent) => base ** exponent,
  'min(double, double)': (a, b) => Math.min(a, b),
  'max(double, double)': (a, b) => Math.max(a, b),
};

/**
 * How an id is written in an expression: CEL names hold letters, digits and `_`, and begin with no digit, so that every
 * other character is written as `_`: `oil-temperature` as `oil_temperature`.
 */
export function celName(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}

/** Words that mean something else in an expression. */
const RESERVED = ['true', 'false', 'null', 'in'];

/** The place of each id by its name in expressions; one that two ids share stands for neither. */
export function celNames(ids: readonly string[]): ReadonlyMap<string, number> {
  const names = ids.map(celName);
  const usable = (name: string) => !RESERVED.includes(name) && names.indexOf(name) === names.lastIndexOf(name);
  return new Map(names.flatMap((name, at) => (usable(name) ? [[name, at] as const] : [])));
}

/**
 * Parses an expression of this type over these names, all of them numbers. Throws an Error that says what is wrong, for
 * people who wrote the expression. Whole numbers in it are numbers like any other, where plain CEL keeps `2` (an int)
 * apart from `2.0` (a double) and refuses to calculate with both: `1 / 2 * load` is half the load.
 */
export function parseCel(source: string, type: CelType, names: readonly string[]): CelExpression {
  const text = withDoubles(source);
  const parsed = parse(text, names);
  const { valid, type: found, error } = parsed.check();
  if (!valid) throw new Error(explain(error!, names));
  if (type === 'bool' ? found !== 'bool' : found !== 'double' && found !== 'int') {
    throw new Error(wrongType(type, found ?? 'nothing'));
  }
  return { names: [...namesIn(parsed.ast)].filter((name) => names.includes(name)), evaluate: evaluator(parsed) };
}

function evaluator(parsed: ParseResult): CelExpression['evaluate'] {
  return (values) => {
    const value = run(parsed, values);
    if (typeof value === 'boolean') return value;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  };
}

/** What an expression can't work out is no value; any other error is a defect, and goes on. */
function run(parsed: ParseResult, values: Readonly<Record<string, number>>): unknown {
  try {
    return parsed(values);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

function parse(text: string, names: readonly string[]): ParseResult {
  try {
    return environment(names).parse(text);
  } catch (error) {
    throw new Error(explain(error as Error, names));
  }
}

function environment(names: readonly string[]): Environment {
  const environment = new Environment({ limits: LIMITS });
  for (const name of names) environment.registerVariable(name, 'double');
  for (const [signature, work] of Object.entries(FUNCTIONS)) {
    environment.registerFunction(`${signature}: double`, work);
  }
  return environment.registerOperator('double % double', (a: number, b: number) => a % b);
}

/** Text in quotes, names and numbers, in this order. */
const TOKENS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?\w*/g;

function withDoubles(source: string): string {
  return source.replaceAll(TOKENS, (token) => (/^\d+$/.test(token) ? `${token}.0` : token));
}

function namesIn(node: unknown): Set<string> {
  if (Array.isArray(node)) return new Set(node.flatMap((inner) => [...namesIn(inner)]));
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return new Set();
  return node.op === 'id' ? new Set([String(node.args)]) : namesIn(node.args);
}

function wrongType(wanted: CelType, found: string): string {
  if (wanted === 'bool') return `must be true or false, as in load > 0.6, but is a ${found}`;
  const hint = found === 'bool' ? '; write (…) ? 1 : 0' : '';
  return `must be a number, but is a ${found}${hint}`;
}

/** In one line; a name that is not there is answered with those that are. */
function explain(error: Error, names: readonly string[]): string {
  const said = error.message.split('\n')[0]!;
  const unknown = /^Unknown variable: (.*)$/.exec(said)?.[1];
  if (unknown === undefined) return `is no valid expression: ${said}`;
  const longer = names.find((name) => name.startsWith(`${unknown}_`));
  const hint = longer === undefined ? '' : ` ('-' in an id is written '_' here: ${longer})`;
  return `there is no '${unknown}'${hint}; it may use ${names.join(', ')}`;
}
