import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/domain/time.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { rigModel } from '../support/rig.ts';
import { IDS, MINUTES, refoldsOf, ShardRig, T0, takeMinutes } from '../support/shardRig.ts';
import { until } from '../support/until.ts';

const programs = postgresPrograms();

/** The rig with another limit of temperature. */
function strictModel() {
  const model = structuredClone(rigModel());
  const [rule] = model.components[0]!.rules;
  Object.assign(rule!, { levels: [{ limit: 85, severity: 'critical' }] });
  return model;
}

describe.skipIf(!programs)('what changes while assets are assessed from notes', () => {
  const rig = ShardRig.use(programs!);
  const assessedUntil = async () => new Set((await rig.harness.database.states.all()).map(({ time }) => time));

  it('a changed model is folded once, by one node, and comes to what it does in hand', async () => {
    const models = [strictModel()];
    const halfway = async (mode: string) => {
      await rig.harness.empty();
      const store = await rig.openStore();
      const before = await rig.start('before', store, { assess: { mode } });
      takeMinutes(before, 0, 70);
      await before.pipeline.settled();
      await before.stop();
      return store;
    };
    const inHand = await rig.start('reference', await halfway('inline'), { models, assess: { mode: 'inline' } });
    takeMinutes(inHand, 70, MINUTES);
    await inHand.pipeline.settled();
    await inHand.pipeline.checkpoint.run();
    const reference = await rig.outcome();
    await inHand.stop();

    const store = await halfway('sharded');
    const nodes = [await rig.start('a', store, { models }), await rig.start('b', store, { models })];
    const [a, b] = nodes;
    await until('the change to be seen', () => refoldsOf(nodes) >= IDS.length);
    await a!.pipeline.settled();
    expect(refoldsOf(nodes)).toBe(IDS.length);
    takeMinutes(a!, 70, 110);
    takeMinutes(b!, 110, MINUTES);
    await Promise.all(nodes.map((node) => node.pipeline.ingest.drain()));
    await a!.pipeline.settled();
    expect(await rig.outcome()).toEqual(reference);
  });

  it('from one process to nodes and back, each ended in the middle of its work: nothing is left out', async () => {
    const reference = await rig.inlineReference();
    const store = await rig.openStore();
    const single = await rig.start('single', store, { assess: { mode: 'inline', checkpointEvery: '1h' } });
    takeMinutes(single, 0, 50);
    await single.pipeline.ingest.drain();
    await single.crash();
    const first = await rig.start('node', store);
    await first.pipeline.settled();
    expect(await assessedUntil()).toEqual(new Set([T0 + 49 * MINUTE]));
    await first.stop();

    const node = await rig.start('node', store, { assess: { grace: '1m' } });
    takeMinutes(node, 50, 100);
    await node.pipeline.ingest.drain();
    expect(await rig.harness.database.states.notes()).not.toEqual([]);
    await node.crash();

    const again = await rig.start('single', store, { assess: { mode: 'inline' } });
    await again.pipeline.settled();
    await again.pipeline.checkpoint.run();
    expect(await assessedUntil()).toEqual(new Set([T0 + 99 * MINUTE]));
    takeMinutes(again, 100, MINUTES);
    await again.pipeline.settled();
    await again.pipeline.checkpoint.run();
    expect(await rig.outcome()).toEqual(reference);
    expect(await rig.harness.database.states.notes()).toEqual([]);
  });
});
