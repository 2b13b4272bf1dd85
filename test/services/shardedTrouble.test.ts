import { describe, expect, it, onTestFinished } from 'vitest';
import { shardOf } from '../../src/domain/shard.ts';
import { MINUTE } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { writeInstallation } from '../support/installation.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { rigAsset } from '../support/rig.ts';
import { sharedStore } from '../support/shardNode.ts';
import { MINUTES, ShardRig, T0, takeMinutes } from '../support/shardRig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('trouble while assets are assessed from notes', () => {
  const rig = ShardRig.use(programs!);

  it('assets that always fail are named, and the others of their shard go on', async () => {
    await rig.harness.empty();
    const [unreadable, asleep, refused, well] = idsOfOneShard(4);
    const folder = tempFolder();
    writeInstallation(folder, {
      assets: [unreadable, asleep, refused, well].map((id) => rigAsset(id!, T0)),
      config: { database: { url: rig.url }, assess: { mode: 'sharded', grace: '0ms', tickEvery: '200ms' } },
    });
    const before = await startFettle({ folder });
    for (const id of [unreadable, asleep, refused, well]) await before.send(id!, { ts: T0, temperature: 60 });
    await before.settled();
    await before.stop();
    await rig.harness.query(`UPDATE fettle.states SET state = '{}' WHERE asset_id IN ('${unreadable}', '${asleep}')`);
    await rig.harness.query(`ALTER TABLE fettle.findings ADD CHECK (asset_id <> '${refused}')`);

    const fettle = await startFettle({ folder });
    for (const at of [1, 5, 10]) {
      for (const id of [unreadable, refused, well]) await fettle.send(id!, { ts: T0 + at * MINUTE, temperature: 85 });
    }
    expect(
      await until('the ticket of the one that is well', async () => (await fettle.tickets(well!))[0]),
    ).toBeTruthy();
    for (const id of [unreadable, asleep, refused]) {
      await until(`${id} to be named`, async () => (await assessmentOf(fettle)).includes(id!));
    }
    expect(await assessmentOf(fettle)).not.toContain(well);

    await rig.harness.query('ALTER TABLE fettle.findings DROP CONSTRAINT findings_asset_id_check');
    await rig.harness.query(`DELETE FROM fettle.states WHERE state = '{}'`);
    for (const id of [unreadable, refused]) {
      await until(`the ticket of ${id}`, async () => (await fettle.tickets(id!))[0], 60_000);
    }
    await until('nothing to be named', async () => !(await assessmentOf(fettle)).includes("can't be"), 60_000);
    await fettle.settled();
  }, 180_000);

  it('a node that stands still within a claim loses it, and commits nothing of it afterwards', async () => {
    const reference = await rig.inlineReference();
    const inner = await rig.openStore();
    const standstill = new Standstill();
    onTestFinished(() => standstill.end());
    const frozen = await rig.start(
      'frozen',
      sharedStore(inner, { readFrom: (watermarks) => standstill.after(inner.readFrom(watermarks)) }),
    );
    await frozen.pipeline.settled();
    // Its next claims are new ones, in which the server waits a second, not half a minute.
    await rig.harness.query(IMPATIENT);
    onTestFinished(async () => {
      await rig.harness.query('DROP FUNCTION impatient CASCADE');
    });
    await rig.harness.query('UPDATE fettle.shards SET session = NULL');
    standstill.begin();
    takeMinutes(frozen, 0, 50);
    await frozen.pipeline.ingest.drain();
    await until('it to stand still in both of its lanes', () => standstill.waiting === 2);

    const other = await rig.start('other', inner);
    takeMinutes(other, 50, MINUTES);
    await other.pipeline.settled();
    expect(standstill.waiting).toBe(2);
    expect(await rig.outcome()).toEqual(reference);
    const failures = frozen.pipeline.shards.failures;
    standstill.end();
    await until('both of its turns to fail', () => frozen.pipeline.shards.failures >= failures + 2);
    expect(await rig.outcome()).toEqual(reference);
    await frozen.pipeline.settled();
    expect(await rig.outcome()).toEqual(reference);
  }, 120_000);
});

const IMPATIENT = `
CREATE FUNCTION impatient() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('idle_in_transaction_session_timeout', '1000', true);
  -- So that the next claim is a new one again, and comes through here.
  NEW.session = NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER impatient BEFORE UPDATE ON fettle.shards FOR EACH ROW
  WHEN (NEW.node = 'frozen') EXECUTE FUNCTION impatient();
`;

/** Holds up whoever has read, as long as it lasts. */
class Standstill {
  waiting = 0;
  #over = Promise.resolve();
  #end: () => void = () => undefined;

  begin(): void {
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  end(): void {
    this.#end();
  }

  async *after<T>(read: AsyncIterable<T>): AsyncIterable<T> {
    yield* read;
    this.waiting++;
    await this.#over;
    this.waiting--;
  }
}

function idsOfOneShard(count: number): string[] {
  const ids = Array.from({ length: 2000 }, (_, n) => `rig-${n}`);
  return ids.filter((id) => shardOf(id) === shardOf('rig-0')).slice(0, count);
}

async function assessmentOf(fettle: TestFettle): Promise<string> {
  const { parts } = (await (await fettle.ready()).json()) as { parts: { part: string; detail: string }[] };
  return parts.find(({ part }) => part === 'assessment')!.detail;
}
