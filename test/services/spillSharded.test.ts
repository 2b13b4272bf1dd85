import { describe, expect, it } from 'vitest';
import { postgresPrograms } from '../support/postgres.ts';
import { sharedStore } from '../support/shardNode.ts';
import { IDS, MINUTES, ShardRig, said } from '../support/shardRig.ts';
import { until } from '../support/until.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('two nodes of which one cannot reach the store', () => {
  const rig = ShardRig.use(programs!);

  it('come to what a quiet run comes to, once its spill is drained', async () => {
    const reference = await rig.inlineReference();
    const inner = await rig.openStore();
    let isCut = false;
    const reach = async <T>(work: () => Promise<T>): Promise<T> => {
      if (isCut) throw new Error('no route to the store');
      return work();
    };
    const cutOff = sharedStore(inner, {
      append: (samples) => reach(() => inner.append(samples)),
      replace: (samples) => reach(() => inner.replace(samples)),
      valuesAt: (points) => reach(() => inner.valuesAt(points)),
    });
    const spilling = await rig.start('spilling', cutOff);
    const other = await rig.start('other', inner);
    /** Every message goes to one of the two, as a shared subscription deals them out. */
    const take = (from: number, to: number) => {
      for (let at = from; at < to; at++)
        for (const [n, id] of IDS.entries()) ((at + n) % 2 === 0 ? spilling : other).take(id, said(id, at));
    };
    take(0, 40);
    await spilling.pipeline.ingest.drain();
    isCut = true;
    take(40, 100);
    await spilling.pipeline.ingest.drain();
    expect(spilling.settled).toBe(100 * (IDS.length / 2));
    expect(spilling.pipeline.spill.isEmpty).toBe(false);
    await until('its silence not to count', () => !spilling.pipeline.listening.heard);
    await other.pipeline.settled();
    isCut = false;
    take(100, MINUTES);
    await spilling.pipeline.settled();
    await other.pipeline.settled();
    // A ticket opened on half of what an asset says keeps the start that its episode had then.
    const { tickets, ...outcome } = await rig.outcome();
    const { tickets: expectedTickets, ...expected } = reference;
    expect(outcome).toEqual(expected);
    expect(tickets).toHaveLength(expectedTickets.length);
    await until('its silence to count again', () => spilling.pipeline.listening.heard);
    for (const { pipeline } of [spilling, other]) expect(pipeline.parts.ledger.imbalance()).toEqual([]);
    const { spilled, drained } = spilling.pipeline.spill.counts;
    expect(drained).toBe(spilled);
    expect(spilled).toBeGreaterThan(0);
  }, 120_000);
});
