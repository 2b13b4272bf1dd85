import { escapeMarkup } from '../domain/text.ts';

/** An element; attributes that are undefined are left out. Children are markup already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeMarkup(typeof value === 'number' ? round(value) : value)}"`],
  );
  return `<${name}${written.join('')}>${children.join('')}</${name}>`;
}

/** A position on a line from `from` to `to`, on `width` pixels that begin at `left`. */
export function scale(from: number, to: number, left: number, width: number): (value: number) => number {
  const span = to > from ? to - from : 1;
  return (value) => left + (width * (Math.min(Math.max(value, from), to) - from)) / span;
}

/** Round steps that divide a range into at most `count`, out of `steps`, the smallest first. */
export function stepOf(range: number, count: number, steps: readonly number[]): number {
  return steps.find((step) => range / step <= count) ?? steps.at(-1)!;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
