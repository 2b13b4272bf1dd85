import { HttpError } from '@influxdata/influxdb-client';
import { DAY } from '../../../domain/time.ts';
import type { Change } from './change.ts';
import { Connection } from './connection.ts';
import { toStoreError } from './errors.ts';
import { POLICIES } from './layout.ts';
import type { InfluxStoreOptions } from './options.ts';
import { ask, checkServer, setUp } from './store.ts';

/**
 * Tells what opening the store would find, for people: version, rights, retention, and what opening would set up.
 * Changes nothing. Rejects as opening the store does, though not where only the right to create is lacking.
 */
export async function probeInfluxDb(options: InfluxStoreOptions): Promise<string> {
  const connection = new Connection(options);
  try {
    const version = await checkServer(connection, options);
    const changes: Change[] = [];
    const retentions = await setUp(connection, { ...options, onlyLook: (found) => changes.push(...found) });
    const found = version === undefined ? 'of a version it does not tell' : version;
    const experimental = options.version === 3 ? ' (experimental)' : '';
    const server = `InfluxDB ${found}, fits store.version ${options.version}${experimental}`;
    const toRun = changes.map(({ command }) => command).join('; ');
    if (changes.some(({ essential }) => essential)) {
      return `${server}; not set up yet, which the start does if it has the right to: ${toRun}`;
    }
    for (const policy of POLICIES) await mayWrite(connection, policy);
    await ask(connection);
    const kept = POLICIES.map((policy) => `${policy} ${Math.floor(retentions[policy] / DAY)} d`).join(', ');
    const changed = toRun === '' ? '' : `; the start changes, if it has the right to: ${toRun}`;
    return `${server}; may write and read; keeps ${kept}${changed}`;
  } finally {
    connection.close();
  }
}

/** An empty body passes the check of rights and writes nothing; some versions then say that there is nothing in it. */
async function mayWrite(connection: Connection, policy: (typeof POLICIES)[number]): Promise<void> {
  try {
    await connection.write(policy, '');
  } catch (error) {
    if (error instanceof HttpError && error.statusCode === 400) return;
    throw toStoreError(error, connection.where);
  }
}
