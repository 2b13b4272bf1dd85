import { parseArgs } from 'node:util';

/** Whole numbers that can be set on the command line, each with its default. */
const DEFAULTS = { pairs: 5, messages: 200_000, assets: 200, tickets: 200 };

/**
 * `profile` names a folder for CPU profiles of the measured processes; they run slower then.
 *
 * @throws Error for an option that is unknown or not a whole number above 0
 */
export function readOptions(args = process.argv.slice(2)) {
  const names = [...Object.keys(DEFAULTS), 'profile'];
  const { values } = parseArgs({ args, options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
  const { profile, ...numbers } = values;
  const given = Object.entries(numbers).map(([name, text]) => [name, wholeNumber(name, text)]);
  return { ...DEFAULTS, ...Object.fromEntries(given), profile };
}

function wholeNumber(name, text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} is '${text}'; it must be a whole number above 0`);
}
