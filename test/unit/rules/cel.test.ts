import { describe, expect, it } from 'vitest';
import { celName, celNames, parseCel } from '../../../src/rules/cel.ts';

const NAMES = ['load', 'oil_temperature', 'flow'];
const VALUES = { load: 0.5, oil_temperature: 90, flow: 0 };

describe('an expression', () => {
  it.each([
    ['2 * load', 1],
    ['load * -2', -1],
    ['1 / 4', 0.25],
    ['oil_temperature - 2.5e1', 65],
    ['load == 1 ? 1 : 0', 0],
    ['oil_temperature % 4', 2],
    ['max(abs(-load), pow(2, 3)) + sqrt(16)', 12],
    ['round(ln(exp(2))) + log10(1000)', 5],
    ['min(load, 3)', 0.5],
    ['load in [0.5, 1] ? 1 : 2', 1],
  ])('%s is %d: whole numbers are numbers like any other', (source, expected) => {
    expect(parseCel(source, 'number', NAMES).evaluate(VALUES)).toBe(expected);
  });

  it.each(['1 / flow', 'ln(flow)', 'sqrt(-load)', 'pow(10, 400)', 'int(1 / flow)'])('%s has no value', (source) => {
    expect(parseCel(source, 'number', NAMES).evaluate(VALUES)).toBeUndefined();
  });

  it('names what it reads, each once', () => {
    expect(parseCel('load > 1 ? load : flow', 'number', NAMES).names).toEqual(['load', 'flow']);
  });

  it.each([
    ['load +', 'number', 'is no valid expression: Unexpected token: EOF'],
    ['lod * 2', 'number', "there is no 'lod'; it may use load, oil_temperature, flow"],
    [
      'oil-temperature',
      'number',
      "there is no 'oil' ('-' in an id is written '_' here: oil_temperature); it may use load, oil_temperature, flow",
    ],
    ['load > 0.6', 'number', 'must be a number, but is a bool; write (…) ? 1 : 0'],
    ['"load"', 'number', 'must be a number, but is a string'],
    ['load', 'bool', 'must be true or false, as in load > 0.6, but is a double'],
    ['load + "1"', 'number', 'is no valid expression: no such overload: double + string'],
  ] as const)('%s as a %s is refused: %s', (source, type, message) => {
    expect(() => parseCel(source, type, NAMES)).toThrow(new Error(message));
  });

  it('is bounded in what it costs', () => {
    expect(() => parseCel(Array(300).fill('load').join(' + '), 'number', NAMES)).toThrow('is no valid expression');
  });
});

it('writes ids as names', () => {
  expect(['oil-temperature', '2nd.stage', 'a b'].map(celName)).toEqual(['oil_temperature', '_2nd_stage', 'a_b']);
  // What two ids share stands for neither, nor does a word of the language.
  expect([...celNames(['a-b', 'a_b', 'c', 'in'])]).toEqual([['c', 2]]);
});
