import {
  MappingType,
  type ThresholdsConfig,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** One colour a meaning, on every dashboard. */
export const COLOUR = {
  good: 'green',
  watch: 'blue',
  warning: 'orange',
  critical: 'red',
  unknown: '#8e8e8e',
  /** What is measured, without a judgement. */
  plain: '#5794f2',
  band: '#8ab8ff',
} as const;

const HEALTHS = [
  ['good', 'Good'],
  ['watch', 'Watch'],
  ['warning', 'Warning'],
  ['critical', 'Critical'],
] as const;

/** health_rank of the views as words with their colours. */
export const HEALTH_BY_RANK: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      '-1': { text: 'Unknown', color: COLOUR.unknown, index: 4 },
      ...Object.fromEntries(HEALTHS.map(([id, text], rank) => [rank, { text, color: COLOUR[id], index: rank }])),
    },
  },
];

/** Words for health and severity with their colours. */
export const WORDS: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      ...Object.fromEntries(HEALTHS.map(([id, text], index) => [id, { text, color: COLOUR[id], index }])),
      info: { text: 'Info', color: COLOUR.watch, index: 4 },
      unknown: { text: 'Unknown', color: COLOUR.unknown, index: 5 },
    },
  },
];

export const PRIORITIES: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      P1: { text: 'P1', color: COLOUR.critical, index: 0 },
      P2: { text: 'P2', color: COLOUR.warning, index: 1 },
      P3: { text: 'P3', color: COLOUR.watch, index: 2 },
      P4: { text: 'P4', color: COLOUR.unknown, index: 3 },
    },
  },
];

/** Share of life used: the usual levels of wear rules. */
export const WEAR = steps(COLOUR.good, [0.8, COLOUR.warning], [1, COLOUR.critical]);
/** A figure without a judgement. */
export const NEUTRAL = steps(COLOUR.plain);
/** Nothing is good, anything is bad. */
export const NONE_ALLOWED = steps(COLOUR.good, [1, COLOUR.critical]);

/** Thresholds of a panel: the colour below the first limit, then from each limit on. */
export function steps(
  base: string,
  ...above: (readonly [limit: number, colour: string])[]
): {
  build(): ThresholdsConfig;
} {
  const first = { value: null as unknown as number, color: base };
  return {
    build: () => ({
      mode: ThresholdsMode.Absolute,
      steps: [first, ...above.map(([value, color]) => ({ value, color }))],
    }),
  };
}
