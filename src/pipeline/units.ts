import { convert, getMeasureKind, type Unit } from 'convert';

/** `value * factor + bias` makes the other unit of one. */
export interface Linear {
  readonly factor: number;
  readonly bias: number;
}

export const IDENTITY: Linear = { factor: 1, bias: 0 };

/** Usual and UCUM spellings of what the library calls otherwise. */
const SPELLINGS = new Map(
  Object.entries({
    '°C': 'C',
    '℃': 'C',
    degC: 'C',
    Cel: 'C',
    '°F': 'F',
    '℉': 'F',
    degF: 'F',
    '[degF]': 'F',
    '°': 'deg',
    hr: 'h',
    hrs: 'h',
    sec: 's',
    Bar: 'bar',
    BAR: 'bar',
    PSI: 'psi',
    '[psi]': 'psi',
    um: 'µm',
    μm: 'µm',
    'm³': 'm3',
    'm^3': 'm3',
    'l/min': 'L/min',
    '㎡': 'm2',
    'm²': 'm2',
    'm^2': 'm2',
    pct: '%',
    percent: '%',
    mmHg: 'torr',
    '1/min': 'rpm',
    'r/min': 'rpm',
    '/': '1',
    count: '1',
    '/100': '%',
    '%RH': '%',
    '%EL': '%',
    '/1000': '‰',
    lat: 'deg',
    lon: 'deg',
    ug: 'µg',
    μg: 'µg',
    s2: 's²',
    's^2': 's²',
    l: 'L',
    'W.s': 'J',
    'l/s.s': 'L',
    'm3/s.s': 'm3',
    'rev/min': 'rpm',
  }),
);

/** Kinds of unit that the library lacks: how many of the first each is. */
const MORE_UNITS: readonly Readonly<Record<string, number>>[] = [
  { A: 1, mA: 1e-3, µA: 1e-6, uA: 1e-6, kA: 1e3 },
  { V: 1, mV: 1e-3, µV: 1e-6, uV: 1e-6, kV: 1e3 },
  { '1': 1, '%': 1e-2, '‰': 1e-3, ppm: 1e-6, ppb: 1e-9, ppt: 1e-12 },
  { rpm: 1, rps: 60, 'r/s': 60, '1/s': 60 },
  { Ah: 1, mAh: 1e-3, 'A.s': 1 / 3600 },
  { VA: 1, kVA: 1e3, MVA: 1e6 },
  { VAh: 1, kVAh: 1e3, VAs: 1 / 3600 },
  { var: 1, kvar: 1e3 },
  { varh: 1, kvarh: 1e3, vars: 1 / 3600 },
  { 'bit/s': 1, 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9 },
  { kg: 1, g: 1e-3, mg: 1e-6, µg: 1e-9 },
  { Ω: 1, Ohm: 1, mΩ: 1e-3, kΩ: 1e3, kOhm: 1e3, MΩ: 1e6 },
  { Nm: 1, N·m: 1, 'N.m': 1, kNm: 1e3 },
];

/**
 * How to convert values from one unit to another; undefined when they do not measure the same, or one is unknown. Also
 * converts quotients such as km/h to m/s.
 */
export function unitConversion(from: string, to: string): Linear | undefined {
  const source = spell(from);
  const target = spell(to);
  if (source === target) return IDENTITY;
  return (
    fromTable(source, target) ?? fromLevels(source, target) ?? quotient(source, target) ?? fromLibrary(source, target)
  );
}

function spell(unit: string): string {
  const trimmed = unit.trim();
  return SPELLINGS.get(trimmed) ?? trimmed;
}

function fromTable(from: string, to: string): Linear | undefined {
  for (const units of MORE_UNITS) {
    const size = Object.hasOwn(units, from) ? units[from] : undefined;
    const other = Object.hasOwn(units, to) ? units[to] : undefined;
    if (size !== undefined && other !== undefined) return { factor: exact(size / other), bias: 0 };
  }
  return undefined;
}

/** Decibels against a watt and a milliwatt. */
const LEVELS: Readonly<Record<string, number>> = { dBW: 0, dBm: 30 };

function fromLevels(from: string, to: string): Linear | undefined {
  const level = Object.hasOwn(LEVELS, from) ? LEVELS[from] : undefined;
  const other = Object.hasOwn(LEVELS, to) ? LEVELS[to] : undefined;
  return level === undefined || other === undefined ? undefined : { factor: 1, bias: other - level };
}

/** Numerator and denominator apart; only differences count, so that °C/min has no bias. */
function quotient(from: string, to: string): Linear | undefined {
  const [above, below, ...rest] = from.split('/');
  const [aboveTo, belowTo, ...restTo] = to.split('/');
  if (!above || !below || !aboveTo || !belowTo || rest.length + restTo.length > 0) return undefined;
  const numerator = unitConversion(above, aboveTo);
  const denominator = unitConversion(below, belowTo);
  return numerator && denominator && { factor: exact(numerator.factor / denominator.factor), bias: 0 };
}

/** Every conversion of the library is linear: two points tell it. */
function fromLibrary(from: string, to: string): Linear | undefined {
  const kind = getMeasureKind(from);
  if (kind === undefined || kind !== getMeasureKind(to)) return undefined;
  const far = 1e6;
  const bias = convertByLibrary(0, from, to);
  return { factor: exact((convertByLibrary(far, from, to) - bias) / far), bias: withoutNoise(bias, NOISE) };
}

/** Only for units that {@link getMeasureKind} knows: the library's types list them all, ours are any text. */
function convertByLibrary(value: number, from: string, to: string): number {
  return convert(value, from as Unit).to(to as Unit);
}

/** Noise of a bias: the difference of two temperatures on the scale of kelvins. */
const NOISE = 1e-11;

function exact(factor: number): number {
  return withoutNoise(factor, 16 * Number.EPSILON * Math.abs(factor));
}

/** A number of few digits without the noise of binary fractions in its last ones; others as they are. */
function withoutNoise(value: number, noise: number): number {
  const rounded = Number(value.toPrecision(12));
  return Math.abs(rounded - value) <= noise ? rounded : value;
}
