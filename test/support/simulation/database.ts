import type { Database, Repositories } from '../../../src/ports/database.ts';
import type { Calls, Life } from './calls.ts';
import { findingVerbs } from './findingVerbs.ts';
import { nodeVerbs, registryVerbs } from './registryVerbs.ts';
import { shardVerbs, stateVerbs } from './stateVerbs.ts';
import { stormVerbs } from './stormVerbs.ts';
import { RowLocked, type Tables, Transaction } from './tables.ts';
import type { SimulatedTime } from './time.ts';

/** One statement: done at once, unless a row that it needs is locked; then it is begun again later. */
type Statement = (...args: never[]) => unknown;
type Verbs = Readonly<Record<string, Readonly<Record<string, Statement>>>>;

interface Place {
  readonly tables: Tables;
  readonly time: SimulatedTime;
  readonly calls: Calls;
  readonly life: Life;
}

/** The database as one process sees it. What the pipeline under test has no use for is missing, loudly. */
export function databaseOn(place: Place): Database {
  const { tables, calls, life } = place;
  const alone = repositories(place, async (name, run) => {
    for (;;) {
      const tx = new Transaction(tables);
      life.onEnd(() => tx.rollback());
      try {
        return await calls.call(life, 'database', name, (share) => {
          const result = run(tx);
          if (share === 1) tx.commit();
          return result;
        });
      } catch (error) {
        if (!(error instanceof RowLocked)) throw error;
        await error.holder.ended;
      } finally {
        tx.rollback();
      }
    }
  });

  const transaction = async <T>(work: (tx: Repositories) => Promise<T>): Promise<T> => {
    const tx = new Transaction(tables);
    life.onEnd(() => tx.rollback());
    try {
      const result = await work(repositories(place, (name, run) => within(place, tx, name, run)));
      await calls.call(life, 'database', 'commit', (share) => {
        if (share === 1) tx.commit();
      });
      return result;
    } finally {
      tx.rollback();
    }
  };
  return {
    ...alone,
    transaction,
    ping: () => calls.call(life, 'database', 'ping', () => undefined),
    close: async () => undefined,
  };
}

async function within<T>(
  { calls, life }: Place,
  tx: Transaction,
  name: string,
  run: (tx: Transaction) => T,
): Promise<T> {
  for (;;) {
    try {
      return await calls.call(life, 'database', name, () => {
        if (!tx.isOpen) throw new Error('the transaction is over');
        return run(tx);
      });
    } catch (error) {
      if (!(error instanceof RowLocked)) throw error;
      await error.holder.ended;
    }
  }
}

function repositories(
  { time }: Place,
  execute: <T>(name: string, run: (tx: Transaction) => T) => Promise<T>,
): Repositories {
  const now = () => time.now;
  const verbsOf = (tx: Transaction): Verbs => ({
    ...registryVerbs(tx),
    ...nodeVerbs(tx, now),
    ...stateVerbs(tx, now),
    ...shardVerbs(tx, now),
    ...findingVerbs(tx),
    ...stormVerbs(),
  });
  const repository = (group: string) =>
    new Proxy(
      {},
      {
        get:
          (_, verb) =>
          async (...args: never[]) =>
            structuredClone(
              await execute(`${group}.${String(verb)}`, (tx) => {
                const statement = verbsOf(tx)[group]?.[String(verb)];
                if (!statement) throw new Error(`the simulated database has no ${group}.${String(verb)}`);
                return statement(...args);
              }),
            ),
      },
    );
  const groups = [
    'assets',
    'events',
    'states',
    'findings',
    'tickets',
    'outbox',
    'deadLetters',
    'keys',
    'settings',
    'nodes',
    'catalogue',
    'shards',
    'rollups',
    'dailyWork',
    'changes',
    'storms',
    'campaigns',
    'connectivity',
  ];
  return Object.fromEntries(groups.map((group) => [group, repository(group)])) as unknown as Repositories;
}
