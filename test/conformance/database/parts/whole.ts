import { expect, it } from 'vitest';
import { NewerDatabaseError } from '../../../../src/adapters/database/postgres/index.ts';
import { MIGRATIONS } from '../../../../src/adapters/database/postgres/migrations/index.ts';
import { asset, FULL_ASSET, finding, T0, ticket } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeWhole(harness: GetHarness, mayCreate: boolean): void {
  it('commits all of a transaction and returns what its work returned', async () => {
    const { database } = harness();
    const number = await database.transaction(async (tx) => {
      await tx.assets.save([FULL_ASSET]);
      const inserted = await tx.tickets.insert(ticket({ id: 't', assetId: FULL_ASSET.id }));
      await tx.outbox.add({ id: 'o', ticketId: 't', event: 'ticket.opened', key: 'k', createdAt: T0 });
      const row = await tx.findings.record(finding({ assetId: FULL_ASSET.id }), T0);
      await tx.findings.attach(row!.id, 't');
      await tx.assets.bind({ deviceId: 'd', assetId: FULL_ASSET.id, from: T0 });
      return inserted!.number;
    });
    expect(await database.tickets.get('t')).toMatchObject({ number });
    expect(await database.outbox.pending(1)).toHaveLength(1);
    expect(await database.findings.activeOf('t')).toHaveLength(1);
    expect(await database.assets.bindings()).toHaveLength(1);
  });

  it('rolls all of a transaction back when its work rejects, with the same reason', async () => {
    const { database } = harness();
    const reason = new Error('changed my mind');
    const work = database.transaction(async (tx) => {
      await tx.assets.save([asset('a')]);
      await tx.assets.bind({ deviceId: 'd', assetId: 'a', from: T0 });
      await tx.tickets.insert(ticket({ id: 't' }));
      await tx.settings.set('s', 1);
      expect(await tx.tickets.get('t')).toBeDefined();
      throw reason;
    });
    await expect(work).rejects.toBe(reason);
    expect(await database.assets.all()).toEqual([]);
    expect(await database.assets.bindings()).toEqual([]);
    expect(await database.tickets.get('t')).toBeUndefined();
    expect(await database.settings.get('s')).toBeUndefined();
  });

  it('rolls back and goes on after an error of the database', async () => {
    const { database } = harness();
    const work = database.transaction(async (tx) => {
      await tx.assets.save([asset('a')]);
      await tx.outbox.add({ id: 'o', ticketId: 'no such ticket', event: 'ticket.opened', key: 'k', createdAt: T0 });
    });
    await expect(work).rejects.toThrow('foreign key');
    expect(await database.assets.all()).toEqual([]);
  });

  it('hides what a transaction did until it commits', async () => {
    const { database } = harness();
    const other = await harness().open(1);
    let seen: Promise<unknown> | undefined;
    await database.transaction(async (tx) => {
      await tx.settings.set('s', 1);
      // Not awaited in here: on one session it comes after this transaction, on several it sees the state before it.
      seen = other.settings.get('s');
      await tx.settings.set('s', 2);
    });
    expect([undefined, 2]).toContain(await seen);
    expect(await other.settings.get('s')).toBe(2);
    await other.close();
  });

  it('serves many callers through few connections', async () => {
    const few = await harness().open(1);
    await Promise.all([
      ...Array.from({ length: 20 }, (_, n) => few.transaction((tx) => tx.settings.set(`t${n}`, n))),
      ...Array.from({ length: 20 }, (_, n) => few.assets.bind({ deviceId: `d${n}`, assetId: 'a', from: T0 })),
      ...Array.from({ length: 20 }, (_, n) => harness().database.assets.save([asset(`a${n}`)])),
    ]);
    expect((await few.settings.withPrefix('t')).size).toBe(20);
    await few.close();
  });

  it('answers a ping, and rejects with the reason when closed or too slow', async () => {
    await expect(harness().database.ping()).resolves.toBeUndefined();
    const other = await harness().open(1);
    await other.transaction(async () => {
      // It has the one connection there is.
      await expect(other.ping(30)).rejects.toThrow('did not answer within 30 ms');
    });
    await other.close();
    await expect(other.ping()).rejects.toThrow();
  });

  it('keeps what is there when it is opened again', async () => {
    await harness().database.assets.save([FULL_ASSET]);
    const again = await harness().open();
    expect(await again.assets.all()).toEqual([FULL_ASSET]);
    await again.close();
  });

  it.runIf(mayCreate)('is made once when several programs open an empty server at the same time', async () => {
    await harness().query('DROP SCHEMA fettle CASCADE');
    const opened = await Promise.all([harness().open(), harness().open(), harness().open(1)]);
    await opened[0]!.assets.save([FULL_ASSET]);
    expect(await opened[2]!.assets.all()).toEqual([FULL_ASSET]);
    await Promise.all(opened.map((database) => database.close()));
    expect(await harness().query('SELECT name FROM fettle.migrations ORDER BY name')).toEqual(
      MIGRATIONS.map(({ name }) => ({ name })),
    );
  });

  it('refuses a database that a newer Fettle has used', async () => {
    await harness().query("INSERT INTO fettle.migrations (name) VALUES ('9999-future')");
    await expect(harness().open()).rejects.toThrow(NewerDatabaseError);
    await harness().query("DELETE FROM fettle.migrations WHERE name = '9999-future'");
    await (await harness().open()).close();
  });

  it('keeps to its own schema', async () => {
    const elsewhere =
      "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('fettle', 'pg_catalog', 'information_schema')";
    expect(await harness().query(elsewhere)).toEqual([]);
  });
}
