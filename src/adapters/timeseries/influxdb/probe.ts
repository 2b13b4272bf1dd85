import { HttpError } from '@influxdata/influxdb-client';
import { DAY } from '../../../domain/time.ts';
import { Connection } from './connection.ts';
import { toStoreError } from './errors.ts';
import { POLICIES } from './layout.ts';
import type { InfluxStoreOptions } from './options.ts';
import { ask, checkServer, setUp } from './store.ts';

/**
 * Sets the server up as the store would and tells what was found, for people: version, rights, retention. Rejects as
 * opening the store does.
 */
export async function probeInfluxDb(options: InfluxStoreOptions): Promise<string> {
  const connection = new Connection(options);
  try {
    const version = await checkServer(connection, options);
    const retentions = await setUp(connection, options);
    for (const policy of POLICIES) await mayWrite(connection, policy);
    await ask(connection);
    const found = version === undefined ? 'of a version it does not tell' : version;
    const experimental = options.version === 3 ? ' (experimental)' : '';
    const kept = POLICIES.map((policy) => `${policy} ${Math.floor(retentions[policy] / DAY)} d`).join(', ');
    return `InfluxDB ${found}, fits store.version ${options.version}${experimental}; may write and read; keeps ${kept}`;
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
