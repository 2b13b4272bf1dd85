import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shardOf } from '../../src/domain/shard.ts';
import { HOUR } from '../../src/domain/time.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { rigAsset } from '../support/rig.ts';
import { sharedStore } from '../support/shardNode.ts';
import { ShardRig, said, T0 } from '../support/shardRig.ts';
import { until } from '../support/until.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('faults while shards are assessed', () => {
  const rig = ShardRig.use(programs!);

  it('a slow read whose first chunk brings nothing leaves no note answered unread', async () => {
    await rig.harness.empty();
    const inner = await rig.openStore();
    const store = sharedStore(inner, {
      readFrom: async function* (watermarks) {
        await delay(1200);
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

  it('an asset that the store cannot read holds up neither its shard nor the others', async () => {
    await rig.harness.empty();
    const inner = await rig.openStore();
    let isDamaged = false;
    const store = sharedStore(inner, {
      readFrom: async function* (watermarks) {
        if (isDamaged && watermarks.some(({ assetId }) => assetId === BAD)) throw new Error('invalid block');
        yield* inner.readFrom(watermarks);
      },
    });
    const node = await rig.start('partly', store, { assets: [BAD, ...SAME_SHARD, ...ELSEWHERE].map(asset) });
    await node.pipeline.settled();
    isDamaged = true;
    node.take(BAD, said('rig-1', 0));
    await node.pipeline.ingest.drain();
    await until('a failure', () => node.pipeline.shards.failures > 0);
    for (const id of [...SAME_SHARD, ...ELSEWHERE]) node.take(id, said('rig-1', 0));
    await assessed([...SAME_SHARD, ...ELSEWHERE]);
    await until('it to be named', () => node.pipeline.assessment.trouble?.includes(`${BAD} (the time-series store`));
  }, 60_000);

  it('a shard whose turns always fail holds up no other, and is told of until it is well', async () => {
    await rig.harness.empty();
    const node = await rig.start('one', await rig.openStore(), { assets: [BAD, ...ELSEWHERE].map(asset) });
    await node.pipeline.settled();
    await rig.harness.query(refusing(shardOf(BAD)));
    onTestFinished(async () => {
      await rig.harness.query('DROP FUNCTION IF EXISTS refuse CASCADE');
    });
    await until('many failures', () => node.pipeline.shards.failures >= 3);
    for (const id of [BAD, ...ELSEWHERE]) node.take(id, said('rig-1', 0));
    await assessed(ELSEWHERE);
    expect(node.pipeline.assessment.trouble).toContain('this shard is refused');
    await rig.harness.query('DROP FUNCTION refuse CASCADE');
    await assessed([BAD]);
    await until('nothing to be told', () => node.pipeline.assessment.trouble === undefined);
  }, 60_000);

  it('a read without a word that lasts longer than the server waits comes to its end', async () => {
    await rig.harness.empty();
    const inner = await rig.openStore();
    const store = sharedStore(inner, {
      readFrom: async function* (watermarks) {
        if (watermarks.some(({ assetId }) => assetId === 'rig-1')) await delay(8000);
        yield* inner.readFrom(watermarks);
      },
    });
    const node = await rig.start('patient', store);
    await node.pipeline.settled();
    // Its next claims are new ones, in which the server waits six seconds, not half a minute.
    await rig.harness.query(WAITING_SIX_SECONDS);
    onTestFinished(async () => {
      await rig.harness.query('DROP FUNCTION wait_less CASCADE');
    });
    await rig.harness.query('UPDATE fettle.shards SET session = NULL');
    node.take('rig-1', said('rig-1', 0));
    await assessed(['rig-1'], 30_000);
    expect(node.pipeline.shards.failures).toBe(0);
  }, 60_000);

  it('a transaction whose connection is lost says what made its work fail', async () => {
    const failing = rig.harness.database.transaction(async () => {
      await rig.harness.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'",
      );
      throw new Error('the reason');
    });
    await expect(failing).rejects.toThrow('the reason');
  });

  it('while notes wait in the journal no device is heard, and that time is remembered', async () => {
    await rig.harness.empty();
    const node = await rig.start('cut', await rig.openStore());
    await node.pipeline.settled();
    const { listening, parts } = node.pipeline;
    const before = Date.now();
    const allow = (allowed: boolean) =>
      rig.harness.query(`UPDATE pg_database SET datallowconn = ${allowed} WHERE datname = current_database()`);
    onTestFinished(async () => {
      await allow(true);
    });
    await allow(false);
    await rig.harness.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fettle cut'",
    );
    node.take('rig-1', said('rig-1', 0));
    await until('the note to be in the journal', () => parts.noteJournal.pending().records > 0);
    expect(await until('devices not to be heard', () => !listening.heard)).toBe(true);
    const during = Date.now();
    await allow(true);
    await until('devices to be heard', () => listening.vouched);
    expect(parts.noteJournal.pending().records).toBe(0);
    const deaf = await rig.harness.database.events.deaf(before);
    expect(deaf.filter(({ from, to }) => from <= during && (to ?? 0) >= during)).toHaveLength(1);
    await node.pipeline.settled();
  }, 60_000);

  async function assessed(ids: readonly string[], limit?: number): Promise<void> {
    const all = async () => {
      const states = await rig.harness.database.states.of(ids);
      return states.filter(({ time }) => time >= T0).length === ids.length;
    };
    await until(`${ids.join(', ')} to be assessed`, all, limit);
  }
});

const BAD = 'rig-0';
const OTHERS = Array.from({ length: 400 }, (_, n) => `rig-${n + 1}`);
const SAME_SHARD = OTHERS.filter((id) => shardOf(id) === shardOf(BAD)).slice(0, 2);
const ELSEWHERE = OTHERS.filter((id) => shardOf(id) !== shardOf(BAD)).slice(0, 5);
const asset = (id: string) => rigAsset(id, T0 - 20 * 24 * HOUR);

const refusing = (shard: number) => `
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this shard is refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE OF tick_due ON fettle.shards FOR EACH ROW
  WHEN (NEW.shard = ${shard}) EXECUTE FUNCTION refuse();
`;

const WAITING_SIX_SECONDS = `
CREATE FUNCTION wait_less() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('idle_in_transaction_session_timeout', '6000', true);
  RETURN NEW;
END $$;
CREATE TRIGGER wait_less BEFORE UPDATE ON fettle.shards FOR EACH ROW EXECUTE FUNCTION wait_less();
`;
