import { parseArgs } from 'node:util';

/** Whole numbers that can be set on the command line, each with its default. */
const DEFAULTS = { pairs: 5, messages: 200_000, assets: 200, tickets: 200 };

/**
 * `profile` names a folder for CPU profiles of the measured processes; they run slower then.
 *
 * @throws Error for an option that is unknown or not a whole number above 0
 */
export function readOptions(args = process.argv.slice(2)) {
  const { profile, ...numbers } = parse([...Object.keys(DEFAULTS), 'profile'], args);
  return { ...wholeNumbers(DEFAULTS, numbers), profile };
}

/**
 * Options that are whole numbers, each with its default.
 *
 * @throws Error for an option that is unknown or not a whole number above 0
 */
export function readNumbers(defaults, args = process.argv.slice(2)) {
  return wholeNumbers(defaults, parse(Object.keys(defaults), args));
}

function parse(names, args) {
  return parseArgs({ args, options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) }).values;
}

function wholeNumbers(defaults, given) {
  const numbers = Object.entries(given).map(([name, text]) => [name, wholeNumber(name, text)]);
  return { ...defaults, ...Object.fromEntries(numbers) };
}

function wholeNumber(name, text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} is '${text}'; it must be a whole number above 0`);
}
