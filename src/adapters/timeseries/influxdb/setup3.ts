import { type Duration, HOUR } from '../../../domain/time.ts';
import { applyChanges, type Change, type ChangeOptions } from './change.ts';
import type { Connection } from './connection.ts';
import { toStoreError } from './errors.ts';
import { bucketOf, type Policy } from './layout.ts';
import type { InfluxStoreOptions } from './options.ts';

/**
 * Version 3: makes a database for each policy, as https://docs.influxdata.com/influxdb3/core/admin/databases/ documents.
 * Core sets a retention once and does not tell it, so none is returned.
 */
export async function setUpDatabases(
  connection: Connection,
  policies: readonly Policy[],
  options: InfluxStoreOptions & ChangeOptions,
): Promise<ReadonlyMap<string, Duration>> {
  const existing = await listDatabases(connection);
  const changes = policies
    .map((policy) => ({ db: bucketOf(options.database, policy.name), retention_period: `${hours(policy)}h` }))
    .filter(({ db }) => !existing.has(db))
    .map(
      (database): Change => ({
        command: `influxdb3 create database --retention-period ${database.retention_period} ${database.db}`,
        essential: true,
        apply: () => call(connection, 'POST', '/api/v3/configure/database', database).then(() => undefined),
      }),
    );
  await applyChanges(changes, options);
  return new Map();
}

async function listDatabases(connection: Connection): Promise<ReadonlySet<unknown>> {
  const answer = await call(connection, 'GET', '/api/v3/configure/database?format=json');
  return new Set((JSON.parse(answer) as Record<string, unknown>[]).flatMap((row) => Object.values(row)));
}

async function call(connection: Connection, method: 'GET' | 'POST', path: string, body?: object): Promise<string> {
  try {
    return (await connection.request(method, path, body)).text;
  } catch (error) {
    throw toStoreError(error, connection.where);
  }
}

function hours({ retention }: Policy): number {
  return Math.round(retention / HOUR);
}
