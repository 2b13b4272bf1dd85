const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NUMBER_WITH_COMMA = /^[+-]?(?:\d+,?\d*|,\d+)(?:e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(?:nan|inf(?:inity)?)$/i;

/** Longer texts are no numbers. */
const MAX_NUMBER = 64;

export type Decimal = '.' | ',';

/**
 * What a text stands for, in formats that know nothing but texts: a number (with the given decimal separator, none for
 * thousands), true or false, and otherwise itself. NaN and Infinity are numbers that are not finite.
 */
export function valueOfText(text: string, decimal: Decimal): unknown {
  if (text.length > MAX_NUMBER) return text;
  if (decimal === '.' ? NUMBER.test(text) : NUMBER_WITH_COMMA.test(text)) return Number(text.replace(',', '.'));
  if (text === 'true') return true;
  if (text === 'false') return false;
  return NOT_FINITE.test(text) ? Number.NaN : text;
}
