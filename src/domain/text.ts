import type { Timestamp } from './time.ts';

/** `2026-12-14`, UTC. */
export function formatDate(time: Timestamp): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** `2026-12-14 08:05 UTC`. */
export function formatMinute(time: Timestamp): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** At most four significant digits, large numbers whole. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
}

/** {@link formatNumber} with the unit behind it, where there is one. */
export function formatQuantity(value: number, unit: string | undefined): string {
  return unit ? `${formatNumber(value)} ${unit}` : formatNumber(value);
}

export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** For the middle of a sentence; abbreviations keep their capitals. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML and SVG, in elements and attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
