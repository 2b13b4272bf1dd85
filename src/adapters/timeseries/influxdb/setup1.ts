import { type Duration, HOUR, MINUTE, SECOND } from '../../../domain/time.ts';
import { applyChanges, type Change, type ChangeOptions } from './change.ts';
import type { Connection } from './connection.ts';
import { saying } from './errors.ts';
import { administer, name } from './influxql.ts';
import type { Policy } from './layout.ts';
import type { InfluxStoreOptions } from './options.ts';

interface Existing {
  readonly retention: Duration;
  readonly isDefault: boolean;
}

/**
 * Version 1: makes the database and its retention policies, in InfluxQL. Returns how long the server keeps what is in
 * each policy, by name; infinity for ever.
 */
export async function setUpPolicies(
  connection: Connection,
  policies: readonly Policy[],
  options: InfluxStoreOptions & ChangeOptions,
): Promise<ReadonlyMap<string, Duration>> {
  const existing = await showPolicies(connection);
  const statements = existing ? policies.flatMap((policy) => toChange(existing, policy)) : toCreate(policies);
  const changes = statements.map(({ statement, essential }): Change => {
    const whole = statement(name(options.database));
    return { command: whole, essential, apply: () => run(connection, whole) };
  });
  await applyChanges(changes, options);
  const inForce = changes.length > 0 ? await showPolicies(connection) : existing;
  return new Map([...(inForce ?? [])].map(([policy, { retention }]) => [policy, retention]));
}

interface Statement {
  /** Of the quoted name of the database. */
  statement(database: string): string;
  readonly essential: boolean;
}

function toCreate([first, ...others]: readonly Policy[]): Statement[] {
  return [
    {
      statement: (database) => `CREATE DATABASE ${database} WITH ${settings(first!)} NAME ${name(first!.name)}`,
      essential: true,
    },
    ...others.map(creation),
  ];
}

function creation(policy: Policy): Statement {
  const suffix = policy.isDefault ? ' DEFAULT' : '';
  return {
    statement: (database) => `CREATE RETENTION POLICY ${name(policy.name)} ON ${database} ${settings(policy)}${suffix}`,
    essential: true,
  };
}

function toChange(existing: ReadonlyMap<string, Existing>, policy: Policy): Statement[] {
  const known = existing.get(policy.name);
  if (!known) return [creation(policy)];
  const changed = known.retention !== policy.retention ? ` DURATION ${seconds(policy.retention)}` : '';
  const made = policy.isDefault && !known.isDefault ? ' DEFAULT' : '';
  if (changed === '' && made === '') return [];
  return [
    {
      statement: (database) => `ALTER RETENTION POLICY ${name(policy.name)} ON ${database}${changed}${made}`,
      essential: false,
    },
  ];
}

function settings({ retention, shard }: Policy): string {
  return `DURATION ${seconds(retention)} REPLICATION 1 SHARD DURATION ${seconds(shard)}`;
}

function seconds(duration: Duration): string {
  return `${Math.round(duration / SECOND)}s`;
}

/** Undefined when the database is not there. */
async function showPolicies(connection: Connection): Promise<ReadonlyMap<string, Existing> | undefined> {
  const answer = await administer(connection, `SHOW RETENTION POLICIES ON ${name(connection.where.database)}`);
  if ('refused' in answer) {
    if (/database not found/i.test(answer.refused)) return undefined;
    throw saying(answer.refused, undefined, connection.where);
  }
  return new Map(
    answer.rows.map((row): [string, Existing] => {
      const [policy, duration, , , isDefault] = row as [string, string, string, number, boolean];
      return [policy, { retention: parseGoDuration(duration), isDefault }];
    }),
  );
}

async function run(connection: Connection, statement: string): Promise<void> {
  const answer = await administer(connection, statement);
  if ('refused' in answer) throw saying(answer.refused, undefined, connection.where);
}

/** Such as `9600h0m0s`; `0s` is for ever. */
function parseGoDuration(text: string): Duration {
  const [, hours = 0, minutes = 0, rest = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(text) ?? [];
  const duration = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(rest) * SECOND;
  return duration === 0 ? Number.POSITIVE_INFINITY : duration;
}
