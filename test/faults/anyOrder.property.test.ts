import fc from 'fast-check';
import { expect, it } from 'vitest';
import { configurationOf } from './anyOrder/configuration.ts';
import { differences, outcomeOf, ticketTroubles, troubled, uninterrupted } from './anyOrder/drive.ts';
import { historyOf, troubles } from './anyOrder/history.ts';

/** `PROPERTY_RUNS` for more, `PROPERTY_SEED` for those of a failure. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 8);
const SEED = process.env.PROPERTY_SEED;
/** A counterexample as far as it is reduced by then is worth more than none. */
const OPTIONS = {
  numRuns: RUNS,
  interruptAfterTimeLimit: 15_000 + RUNS * 1000,
  ...(SEED !== undefined && { seed: Number(SEED) }),
};
const INLINE = configurationOf('inline');
const SHARDED = configurationOf('sharded');

it.each([
  { mode: 'inline', nodes: 1, configuration: INLINE, delayed: false },
  { mode: 'inline', nodes: 1, configuration: INLINE, delayed: true },
  { mode: 'sharded', nodes: 2, configuration: SHARDED, delayed: false },
  { mode: 'sharded', nodes: 2, configuration: SHARDED, delayed: true },
])(
  'comes to the same, however split, sent again, told of the past, interrupted by crashes and failures: $mode, late arrivals $delayed',
  async ({ configuration, nodes, delayed }) => {
    await fc.assert(
      fc.asyncProperty(historyOf({ delayed, met: nodes === 1 }), troubles, async (history, trouble) => {
        const reference = await uninterrupted(INLINE, history);
        const world = await troubled(configuration, history, trouble, nodes);
        const tickets = !delayed && nodes === 1;
        expect(differences(outcomeOf(reference, { tickets }), outcomeOf(world, { tickets }))).toEqual([]);
        expect(ticketTroubles(world)).toEqual([]);
        expect(world.samples.storedTwice).toEqual([]);
      }),
      OPTIONS,
    );
  },
  60_000 + RUNS * 2000,
);
