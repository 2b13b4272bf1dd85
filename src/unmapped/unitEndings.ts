import { unitConversion } from '../pipeline/units.ts';
import { pieces } from './words.ts';

/** Units as they end names, in lower case. */
const UNITS: ReadonlyMap<string, readonly string[]> = new Map([
  ...only('°C', 'c', 'degc', 'celsius', '°c'),
  ...only('°F', 'f', 'degf', 'fahrenheit', '°f'),
  ...only('K', 'k', 'kelvin'),
  ...only('bar', 'bar', 'barg', 'bara'),
  ...only('mbar', 'mbar'),
  ...only('Pa', 'pa'),
  ...only('kPa', 'kpa'),
  ...only('MPa', 'mpa'),
  ...only('psi', 'psi', 'psig'),
  ...only('rpm', 'rpm'),
  ...only('Hz', 'hz'),
  ...only('V', 'v', 'volt', 'volts'),
  ...only('mV', 'mv'),
  ...only('A', 'a', 'amp', 'amps'),
  ...only('mA', 'ma'),
  ...only('W', 'w', 'watt', 'watts'),
  ...only('kW', 'kw'),
  ...only('Wh', 'wh'),
  ...only('kWh', 'kwh'),
  ...only('MWh', 'mwh'),
  ...only('h', 'h', 'hr', 'hrs', 'hour', 'hours'),
  ...only('min', 'min', 'mins', 'minutes'),
  ...only('s', 's', 'sec', 'secs', 'seconds'),
  ...only('ms', 'ms', 'millis'),
  ...only('mm', 'mm'),
  ...only('cm', 'cm'),
  ...only('m', 'm'),
  ...only('µm', 'um', 'µm'),
  ...only('mm/s', 'mms', 'mm/s'),
  ...only('m/s', 'mps', 'm/s'),
  ...only('km/h', 'kmh', 'kph', 'km/h'),
  ...only('m3/h', 'm3h', 'm3/h', 'cmh'),
  ...only('L/min', 'lpm', 'l/min', 'lmin'),
  ...only('L', 'l', 'litre', 'litres', 'liter', 'liters'),
  ...only('m3', 'm3'),
  ...only('%', '%', 'pct', 'percent', 'perc'),
  ...only('ppm', 'ppm'),
  ...only('g', 'g'),
  ...only('mg', 'mg'),
  ...only('Nm', 'nm'),
  ['mw', ['MW', 'mW']],
]);

function only(unit: string, ...spelt: string[]): [string, readonly string[]][] {
  return spelt.map((text) => [text, [unit]]);
}

const BRACKETS = /[([{]\s*([^()[\]{}]{1,20}?)\s*[)\]}]\s*$/u;

/** Of longer names the end counts. */
const MAX_NAME = 200;
const MAX_PARTS = 8;

/** A name without the unit at its end. */
export interface UnitEnding {
  readonly unit: string;
  /** The parts of its path. */
  readonly parts: readonly (readonly string[])[];
}

/** The parts of a name: `motor/tempF` and `motor.tempF` have two. */
export function partsOf(name: string): string[][] {
  return name
    .slice(-MAX_NAME)
    .replace(BRACKETS, '')
    .split(/[/.:|>\\]+/)
    .map(pieces)
    .filter((part) => part.length > 0)
    .slice(-MAX_PARTS);
}

/** The units that a name may end with, if any is one of what `modelUnit` measures: the longest first. */
export function unitEnding(name: string, modelUnit: string): UnitEnding | undefined {
  const parts = partsOf(name);
  const convertible = (text: string | undefined) =>
    UNITS.get(text?.toLowerCase() ?? '')?.find((unit) => unitConversion(unit, modelUnit) !== undefined);
  const bracketed = BRACKETS.exec(name.slice(-MAX_NAME))?.[1];
  if (bracketed !== undefined) {
    const unit = convertible(bracketed) ?? (unitConversion(bracketed, modelUnit) ? bracketed : undefined);
    return unit === undefined ? undefined : { unit, parts };
  }
  const last = parts.at(-1) ?? [];
  const [before, end] = last.slice(-2);
  const two = convertible(`${before}/${end}`) ?? convertible(`${before}${end}`);
  if (last.length > 2 && two !== undefined) return { unit: two, parts: [...parts.slice(0, -1), last.slice(0, -2)] };
  const one = convertible(last.at(-1));
  if (one === undefined || parts.flat().length < 2) return undefined;
  return { unit: one, parts: [...parts.slice(0, -1), last.slice(0, -1)].filter((part) => part.length > 0) };
}
