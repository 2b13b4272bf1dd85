import { describe, expect, it } from 'vitest';
import { postgresPrograms } from '../support/postgres.ts';
import { sharedStore } from '../support/shardNode.ts';
import { ShardRig, said, T0 } from '../support/shardRig.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('faults while shards are assessed', () => {
  const rig = ShardRig.use(programs!);

  it('a slow read whose first chunk brings nothing leaves no note answered unread', async () => {
    await rig.harness.empty();
    const inner = await rig.openStore();
    const store = sharedStore(inner, {
      readFrom: async function* (watermarks) {
        await new Promise((resolve) => setTimeout(resolve, 1200));
        yield [];
        yield* inner.readFrom(watermarks);
      },
    });
    const node = await rig.start('slow', store);
    node.take('rig-1', said('rig-1', 0));
    await node.pipeline.settled();
    expect(await rig.harness.database.states.notes()).toEqual([]);
    expect((await rig.harness.database.states.of(['rig-1']))[0]?.time).toBe(T0);
  }, 60_000);
});
