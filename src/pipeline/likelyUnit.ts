import { unitConversion } from './units.ts';

/** What devices send in place of each other, the usual first. */
const CONFUSED: readonly (readonly string[])[] = [
  ['°C', '°F', 'K'],
  ['bar', 'kPa', 'mbar', 'psi', 'Pa', 'MPa'],
  ['h', 'min', 's', 'ms'],
  ['m/s', 'km/h', 'mm/s'],
  ['kW', 'W', 'MW'],
  ['kWh', 'Wh', 'MWh'],
  ['A', 'mA'],
  ['V', 'mV'],
  ['m', 'mm', 'cm'],
  ['m3', 'L'],
  ['%', '1', '‰'],
  ['rpm', '1/s'],
];

/** In which unit that is often confused with the model's all of the values would lie within the range. */
export function likelyUnit(
  values: readonly number[],
  modelUnit: string,
  [low, high]: readonly [number, number],
): string | undefined {
  return CONFUSED.find((units) => units.some((unit) => unitConversion(unit, modelUnit) !== undefined))?.find((unit) => {
    const conversion = unitConversion(unit, modelUnit);
    if (!conversion) return false;
    return values.every((value) => {
      const converted = value * conversion.factor + conversion.bias;
      return converted >= low && converted <= high;
    });
  });
}
