import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnSimilarity, type SimilarityModel } from '../../../../src/prognostics/similarity/learn.ts';
import type { MemoryState } from '../../../../src/prognostics/similarity/memory.ts';
import { libraryOf, type WornRun, wornRuns } from '../../../support/histories.ts';

const OPTIONS = { metrics: ['heat', 'flow', 'hum'], duty: ['load'], horizon: 100, minRows: 10 };
const LOADS = [0, 40, 100];

/** The memory of a run of which only the first rows were seen, the first one at `from`. */
function follow(model: SimilarityModel, rows: WornRun['rows'], from = 1): MemoryState {
  const state = model.init(null);
  rows.forEach(([load, ...values], at) => {
    model.step(state, from + at, Float64Array.from(values), Float64Array.of(load!));
  });
  return state;
}

function moments(runs: readonly WornRun[]): { seen: WornRun['rows']; left: number }[] {
  return runs.flatMap(({ rows, life }) => [60, 35, 15, 5].map((left) => ({ seen: rows.slice(0, life - left), left })));
}

describe('similarity', () => {
  const model = learnSimilarity(libraryOf(wornRuns(40, 10, { loads: LOADS })), OPTIONS);
  const held = moments(wornRuns(40, 11, { loads: LOADS }));
  const lives = held.map(({ seen, left }) => ({ left, life: model.life(follow(model, seen)) }));

  it('finds the regimes, and that one factor wears', () => {
    expect(model.regimes).toBe(3);
    expect(model.factors).toBe(1);
  });

  it('foretells the remaining life of runs that it has not seen', () => {
    const errors = lives.map(({ life, left }) => Math.abs(life.quantile(0.5) - left));
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    // Half the difference between the shortest and the mean life is what knowing the age alone would leave.
    expect(mean).toBeLessThan(8);
  });

  it('is as sure as it claims to be', () => {
    const covered = lives.filter(({ life, left }) => life.quantile(0.1) <= left && left <= life.quantile(0.9)).length;
    expect(covered / lives.length).toBeGreaterThan(0.7);
    expect(covered / lives.length).toBeLessThan(0.92);
  });

  it('says which runs resemble it and which metrics moved', () => {
    const { similar, shifts } = model.explain(follow(model, held[2]!.seen));
    expect(similar.length).toBe(5);
    const shares = similar.map(({ share }) => share);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    for (const { remaining } of similar) expect(Math.abs(remaining - held[2]!.left)).toBeLessThan(25);
    expect(
      shifts
        .slice(0, 2)
        .map(({ metricId, shift }) => `${metricId} ${shift > 0 ? 'up' : 'down'}`)
        .sort(),
    ).toEqual(['flow down', 'heat up']);
  });

  it('says the same whenever the run began, and takes no notice of unknown duty', () => {
    const { seen } = held[1]!;
    const now = model.life(follow(model, seen)).quantile(0.5);
    expect(model.life(follow(model, seen, 5001)).quantile(0.5)).toBeCloseTo(now, 6);
    const state = follow(model, seen);
    const before = JSON.stringify(state);
    expect(model.step(state, 999, Float64Array.of(1, 2, 3), Float64Array.of(70))).toBe(false);
    expect(JSON.stringify(state)).toBe(before);
  });

  it('does not take a machine at one load all its life for another than one whose load changes', () => {
    const steady = moments(wornRuns(20, 12, { loads: [100] }));
    const errors = steady.map(({ seen, left }) => model.life(follow(model, seen)).quantile(0.5) - left);
    const bias = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(Math.abs(bias)).toBeLessThan(6);
  });

  it('learns the same from the runs in any order', () => {
    const runs = wornRuns(8, 13, { loads: LOADS });
    const seen = held[0]!.seen;
    const said = (library: WornRun[]) => {
      const learned = learnSimilarity(libraryOf(library), OPTIONS);
      const state = follow(learned, seen);
      return [0.1, 0.5, 0.9].map((probability) => learned.life(state).quantile(probability));
    };
    const usual = said(runs);
    fc.assert(
      fc.property(fc.shuffledSubarray(runs, { minLength: runs.length }), (shuffled) => {
        expect(said(shuffled)).toEqual(usual);
      }),
      { numRuns: 10 },
    );
  });
});
