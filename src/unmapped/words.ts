/** What devices write for words that models use; several spellings become one, the first. */
const SHORT: ReadonlyMap<string, string> = new Map(
  [
    ['temperature', 'temp', 'tmp', 'temps', 'tmpr', 'temper', 't'],
    ['pressure', 'press', 'pres', 'prs', 'p'],
    ['humidity', 'hum', 'rh', 'humid'],
    ['vibration', 'vib', 'vibr', 'vibs'],
    ['acceleration', 'accel', 'acc'],
    ['velocity', 'vel'],
    ['current', 'curr', 'cur', 'amps', 'amp', 'ampere', 'amperage'],
    ['voltage', 'volt', 'volts', 'vlt'],
    ['power', 'pwr', 'pow'],
    ['energy', 'enrg', 'consumption'],
    ['frequency', 'freq', 'frq'],
    ['speed', 'spd', 'rotation', 'rotational', 'rotate', 'rpm', 'revs'],
    ['torque', 'trq', 'tq'],
    ['position', 'pos'],
    ['level', 'lvl', 'lev'],
    ['flow', 'flw', 'flowrate'],
    ['hours', 'hour', 'hrs', 'hr', 'runtime', 'runhours', 'oph', 'operatinghours', 'minutes'],
    ['running', 'run', 'runs', 'operating', 'operation'],
    ['count', 'cnt', 'counter', 'cycles', 'cycle'],
    ['status', 'state', 'sts', 'stat', 'mode'],
    ['fault', 'flt', 'error', 'err', 'alarm', 'alm', 'failure'],
    ['battery', 'batt', 'bat'],
    ['motor', 'mtr', 'mot'],
    ['bearing', 'brg'],
    ['ambient', 'amb', 'environment', 'env'],
    ['differential', 'diff', 'delta', 'dp'],
    ['outlet', 'out', 'discharge', 'disch', 'exhaust', 'output'],
    ['inlet', 'in', 'suction', 'intake', 'input'],
    ['remaining', 'left', 'rest'],
  ].flatMap(([word, ...others]) => others.map((other) => [other, word!] as const)),
);

/** Words that say nothing of which value it is. */
const EMPTY: ReadonlySet<string> = new Set([
  ...['value', 'val', 'raw', 'actual', 'act', 'measured', 'measurement', 'reading', 'sensor', 'signal', 'the', 'of'],
  ...[
    'pv',
    'data',
    'metric',
    'live',
    'now',
    'analog',
    'ai',
    'di',
    'channel',
    'ch',
    'rate',
    'total',
    'mean',
    'avg',
    'average',
  ],
]);

/** What is measured: names that measure different things are not alike, whatever else they share. */
const QUANTITIES: ReadonlySet<string> = new Set([
  ...['temperature', 'pressure', 'humidity', 'vibration', 'acceleration', 'velocity', 'current', 'voltage', 'power'],
  ...['energy', 'frequency', 'speed', 'torque', 'position', 'level', 'flow', 'hours', 'count', 'status', 'fault'],
]);

/** A word of a name, and how much it counts: what stands before the last part of a path says less. */
export interface Word {
  readonly text: string;
  readonly weight: number;
  /** It says what is measured. */
  readonly quantity: boolean;
  readonly numeric: boolean;
}

/** Between letters and digits. */
const BETWEEN = /(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u;

const LAST = 1;
const BEFORE = 0.35;
/** The pieces of a name as they are written, in lower case: `windingTemp_F2` has winding, temp and f2. */
export function pieces(text: string): string[] {
  return text
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}%°]+/u)
    .filter((piece) => piece !== '');
}

/** Words of the parts of a name, by the last of which it goes most. Words that say nothing count where there are no others. */
export function wordsOf(parts: readonly (readonly string[])[]): Word[] {
  const all = parts.map((part) =>
    part.flatMap((piece) => piece.split(BETWEEN)).map((piece) => SHORT.get(piece) ?? piece),
  );
  const telling = all.map((part) => part.filter((word) => !EMPTY.has(word))).filter((part) => part.length > 0);
  const told = telling.length > 0 ? telling : all;
  return told.flatMap((part, at) => part.map((text) => word(text, at === told.length - 1 ? LAST : BEFORE)));
}

function word(text: string, weight: number): Word {
  return { text, weight, quantity: QUANTITIES.has(text), numeric: /\p{N}/u.test(text) };
}

/** From 0 to 1: the harmonic mean of the share of a name's words that the other has, and the other way round. */
export function likeness(name: readonly Word[], other: readonly Word[]): number {
  const quantities = compareQuantities(name, other);
  if (quantities === 0) return 0;
  const used = new Set<Word>();
  let [found, foundOther] = [0, 0];
  for (const own of name) {
    let [best, score]: [Word | undefined, number] = [undefined, 0];
    for (const candidate of other) {
      const alikeness = used.has(candidate) ? 0 : alike(own, candidate);
      if (alikeness > score) [best, score] = [candidate, alikeness];
    }
    if (!best) continue;
    used.add(best);
    found += score * own.weight;
    foundOther += score * best.weight;
  }
  const share = found / sum(name);
  const otherShare = foundOther / sum(other);
  return found === 0 ? 0 : (quantities * 2 * share * otherShare) / (share + otherShare);
}

/** What one of the two says of what is measured, and the other not. */
const UNTOLD = 0.7;

function compareQuantities(name: readonly Word[], other: readonly Word[]): number {
  const isTold = name.some(({ quantity }) => quantity);
  const isOtherTold = other.some(({ quantity }) => quantity);
  if (!isTold && !isOtherTold) return 1;
  if (!isTold || !isOtherTold) return UNTOLD;
  return name.some(({ text, quantity }) => quantity && other.some((one) => one.text === text)) ? 1 : 0;
}

function sum(words: readonly Word[]): number {
  return words.reduce((total, { weight }) => total + weight, 0);
}

const LEAST_PREFIX = 3;

/** Numbers are the same or not; a word stands for one that it begins; one letter may be wrong in a longer one. */
function alike(a: Word, b: Word): number {
  if (a.text === b.text) return 1;
  if (a.numeric || b.numeric) return 0;
  const [short, long] = a.text.length < b.text.length ? [a.text, b.text] : [b.text, a.text];
  if (short.length >= LEAST_PREFIX && long.startsWith(short)) return 0.85;
  return short.length > LEAST_PREFIX && differInOne(short, long) ? 0.8 : 0;
}

function differInOne(short: string, long: string): boolean {
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  const shift = long.length - short.length;
  return short.slice(start + 1 - shift) === long.slice(start + 1);
}
