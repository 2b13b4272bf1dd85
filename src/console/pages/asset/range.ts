import { useState } from 'preact/hooks';
import { useNow } from '../../ui/useNow';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const PRESETS = { '6h': 6 * HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY, '1y': 365 * DAY } as const;
export type Preset = keyof typeof PRESETS;

/** A span of time that charts show, in milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly preset: Preset | undefined;
  choose(preset: Preset): void;
  zoom(from: number, to: number): void;
  /** By so many spans. */
  move(spans: number): void;
}

/** Ends now and moves on with it, or where the data end, until somebody looks at another time. */
export function useRange(dataEnd: number | undefined): Range {
  const [shown, show] = useState<{ preset: Preset } | { from: number; to: number }>({ preset: '24h' });
  const now = useNow(15_000);
  const end = dataEnd === undefined || now - dataEnd < DAY ? now : dataEnd;
  const { from, to } = 'preset' in shown ? { from: end - PRESETS[shown.preset], to: end } : shown;
  return {
    from,
    to,
    preset: 'preset' in shown ? shown.preset : undefined,
    choose: (preset) => show({ preset }),
    zoom: (start, stop) => show({ from: start, to: Math.max(stop, start + 10_000) }),
    move: (spans) => show({ from: from + spans * (to - from), to: to + spans * (to - from) }),
  };
}

const WIDTHS = [
  ...[['1s', 1000] as const, ['10s', 10_000] as const, ['1m', 60_000] as const, ['5m', 300_000] as const],
  ...[['15m', 900_000] as const, ['1h', HOUR] as const, ['3h', 3 * HOUR] as const, ['6h', 6 * HOUR] as const],
  ...([['1d', DAY] as const, ['7d', 7 * DAY] as const] as const),
] as const;
const MOST_POINTS = 400;

/** The least width of buckets that makes no more points than a chart can show. */
export function bucketOf(from: number, to: number): { readonly text: string; readonly ms: number } {
  const [text, ms] = WIDTHS.find(([, width]) => (to - from) / width <= MOST_POINTS) ?? WIDTHS[WIDTHS.length - 1]!;
  return { text, ms };
}
