import type { Language } from './languages.ts';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };

/** UCUM codes as people write them; the rest stands as it is. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: '°C',
  '1': '',
  '%': '%',
  'm3/h': 'm³/h',
  m3: 'm³',
  'mm/s': 'mm/s',
  '/min': 'rpm',
  '{rpm}': 'rpm',
  Ohm: 'Ω',
  uS: 'µS',
  um: 'µm',
  deg: '°',
};

type Time = string | number | Date;

export interface Format {
  /** With up to three significant digits after the point where it matters. */
  number(value: number, digits?: number): string;
  integer(value: number): string;
  /** Of a share: 0.92 → 92 %. */
  percent(share: number, digits?: number): string;
  /** With its unit (UCUM). */
  quantity(value: number, unit?: string): string;
  unit(code: string | undefined): string;
  date(time: Time): string;
  dateTime(time: Time): string;
  time(time: Time): string;
  /** From now: “in 3 days”, “5 min ago”. */
  relative(time: Time, now?: number): string;
  /** Of seconds: “2 h 5 min”. */
  duration(seconds: number): string;
}

/** Everything that people read of numbers and times, in the reader's language and zone. */
export function createFormat(language: Language): Format {
  const locale = LOCALES[language];
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(locale, {
    numeric: 'auto',
    style: language === 'en' ? 'short' : 'long',
  });

  const number = (value: number, digits?: number) =>
    new Intl.NumberFormat(locale, digits === undefined ? { maximumSignificantDigits: 4 } : fixed(digits)).format(value);
  const unit = (code: string | undefined) => (code === undefined ? '' : (UNITS[code] ?? code));
  return {
    number: (value, digits) =>
      digits === undefined && Math.abs(value) >= 1000 ? integer.format(value) : number(value, digits),
    integer: (value) => integer.format(value),
    percent: (share, digits = 0) =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(share),
    quantity(value, code) {
      const text = this.number(value);
      const shown = unit(code);
      return shown === '' ? text : `${text}\u202f${shown}`;
    },
    unit,
    date: (at) => date.format(new Date(at)),
    dateTime: (at) => dateTime.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    relative: (at, now = Date.now()) => relative.format(...roughly((new Date(at).getTime() - now) / 1000)),
    duration: (seconds) => durationText(seconds, locale),
  };
}

function fixed(digits: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

const STEPS = [
  ['year', 365.25 * 86_400],
  ['month', 30.44 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

function roughly(seconds: number): [number, Intl.RelativeTimeFormatUnit] {
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? STEPS[STEPS.length - 1]!;
  return [Math.trunc(seconds / size), unit];
}

/** The two largest parts that are not zero. */
function durationText(seconds: number, locale: string): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(seconds));
  for (const [unit, size] of STEPS.slice(2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0)
      parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    if (parts.length === 2) break;
  }
  if (parts.length === 0)
    return new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'short' }).format(0);
  return parts.join(' ');
}
