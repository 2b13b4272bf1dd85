import { describe, expect, it } from 'vitest';
import type { Closing } from '../../../src/domain/ticket.ts';
import { type PastClosing, solutionsOf } from '../../../src/domain/ticketBackground.ts';

/** In order of time, the first the oldest; `!` in front of an id: it came back. */
function closings(...list: readonly (readonly [id: string, closing: Closing])[]): PastClosing[] {
  return list.map(([id, closing], at) => ({
    ticketId: id.replace('!', ''),
    closing,
    closedAt: at,
    cameBack: id.startsWith('!'),
  }));
}

const found = (change: Partial<Closing>): Closing => ({ outcome: 'failure-found', ...change });
const OIL = { parts: [{ number: 'OIL', quantity: 2 }] };

describe('what helped before', () => {
  it('is told apart by what was replaced and used up, and counts what came back', () => {
    const solutions = solutionsOf(
      closings(
        ['a', found({ ...OIL, note: 'Oil changed.' })],
        ['!b', found({ ...OIL, note: 'Oil changed again.' })],
        ['c', found(OIL)],
        ['d', found({ ...OIL, replaced: { at: 0 } })],
      ),
    );
    // Oil alone: three times, of which two lasted: (2 + 1) / (3 + 2) = 0.6; replaced: once of once: (1 + 1) / (1 + 2) = 0.67.
    expect(solutions).toEqual([
      { parts: ['OIL'], replaced: true, times: 1, helped: 1, lastAt: 3 },
      { note: 'Oil changed again.', parts: ['OIL'], replaced: false, times: 3, helped: 2, lastAt: 2 },
    ]);
  });

  it('is told apart by the note where nothing was used up, whatever its case and spaces', () => {
    const solutions = solutionsOf(
      closings(['a', found({ note: 'Tightened  the clamp' })], ['b', found({ note: 'tightened the clamp ' })]),
    );
    expect(solutions).toEqual([
      { note: 'tightened the clamp', parts: [], replaced: false, times: 2, helped: 2, lastAt: 1 },
    ]);
  });

  it('is what was often tried before what was tried once', () => {
    const nine = Array.from({ length: 9 }, (_, at) => [`${at}`, found({ note: 'often' })] as const);
    const solutions = solutionsOf(closings(...nine, ['!x', found({ note: 'often' })], ['y', found({ note: 'once' })]));
    expect(solutions.map(({ note, times, helped }) => [note, times, helped])).toEqual([
      ['often', 10, 9],
      ['once', 1, 1],
    ]);
  });

  it('is nothing where nothing was put right, or nothing says how', () => {
    const all = closings(
      ['a', { outcome: 'no-fault-found', note: 'n' }],
      ['b', { outcome: 'cleared-unconfirmed', note: 'n' }],
      ['c', { outcome: 'replaced-detected', replaced: { at: 0 } }],
      ['d', found({ note: ' ' })],
    );
    expect(solutionsOf(all)).toEqual([]);
  });

  it('is three at most', () => {
    expect(solutionsOf(closings(...['a', 'b', 'c', 'd'].map((id) => [id, found({ note: id })] as const)))).toHaveLength(
      3,
    );
  });
});
