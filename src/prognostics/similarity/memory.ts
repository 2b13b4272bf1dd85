/** What is kept of a machine's history: exponential means of a few factors over several spans of time. Plain JSON. */
export interface MemoryState {
  /** When its life began, in the library's unit; null until the first row where that is the beginning. */
  start: number | null;
  /** Of the newest row. */
  time: number | null;
  rows: number;
  /** By span: sum of the weights. */
  weights: number[];
  /** By factor, then span: weighted sum. */
  sums: number[];
}

/** Turns a history, row by row, into features of bounded number: age, and each factor's mean over each span. */
export interface Memory {
  /** Of features: 1 + factors × perFactor. */
  readonly width: number;
  readonly perFactor: number;
  init(start: number | null): MemoryState;
  step(state: MemoryState, time: number, factors: Float64Array): void;
  features(state: MemoryState, out: Float64Array): void;
}

/**
 * Exponential means in event time, each divided by the sum of its weights so that it is unbiased from the first row
 * on. The means over short and long spans together tell level, slope and curvature. The longest span is the whole life.
 */
export function memory(factors: number, spans: readonly number[]): Memory {
  const count = spans.length + 1;
  return {
    width: 1 + factors * count,
    perFactor: count,
    init: (start) => ({
      start,
      time: null,
      rows: 0,
      weights: Array<number>(count).fill(0),
      sums: Array<number>(factors * count).fill(0),
    }),
    step(state, time, values) {
      const passed = time - (state.time ?? time);
      for (let span = 0; span < count; span++) {
        const kept = span < spans.length ? Math.exp(-passed / spans[span]!) : 1;
        state.weights[span] = state.weights[span]! * kept + 1;
        for (let factor = 0; factor < factors; factor++) {
          const at = factor * count + span;
          state.sums[at] = state.sums[at]! * kept + values[factor]!;
        }
      }
      state.start ??= time;
      state.time = time;
      state.rows++;
    },
    features(state, out) {
      out[0] = state.time! - state.start!;
      for (let at = 0; at < factors * count; at++) out[1 + at] = state.sums[at]! / state.weights[at % count]!;
    },
  };
}
