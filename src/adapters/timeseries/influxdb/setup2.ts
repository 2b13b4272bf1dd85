import { HttpError } from '@influxdata/influxdb-client';
import { type Duration, SECOND } from '../../../domain/time.ts';
import { applyChanges, type Change, type ChangeOptions } from './change.ts';
import type { Connection, Method } from './connection.ts';
import { InfluxDbError, InfluxDbMissingError, toStoreError, wordsOf } from './errors.ts';
import { bucketOf, type Policy } from './layout.ts';
import type { InfluxStoreOptions } from './options.ts';

/** What Fettle reads of a bucket and of a mapping from database and policy to a bucket. */
interface Bucket {
  readonly id: string;
  readonly orgID: string;
  readonly retentionRules: readonly { readonly everySeconds: number }[];
}

interface Mapping {
  readonly id: string;
  readonly bucketID: string;
  readonly retention_policy: string;
  readonly default: boolean;
  /** Made up by the server from the bucket's name. */
  readonly virtual?: boolean;
}

/**
 * Version 2: makes a bucket for each policy, and the mappings by which InfluxQL finds them. Returns how long the
 * server keeps what is in each, by policy; infinity for ever.
 */
export async function setUpBuckets(
  connection: Connection,
  policies: readonly Policy[],
  options: InfluxStoreOptions & ChangeOptions,
): Promise<ReadonlyMap<string, Duration>> {
  const api = new Api(connection, options);
  const missing: Change[] = [];
  for (const policy of policies) missing.push(...bucketChanges(api, policy, await api.bucket(policy), options));
  await applyChanges(missing, options);

  const buckets = new Map<Policy, Bucket>();
  for (const policy of policies) {
    const bucket = await api.bucket(policy);
    if (bucket) buckets.set(policy, bucket);
  }
  const mappings = await api.mappings();
  await applyChanges(
    [...buckets].flatMap(([policy, bucket]) => mappingChanges(api, policy, bucket, mappings, options)),
    options,
  );
  return new Map([...buckets].map(([policy, bucket]) => [policy.name, retentionOf(bucket)]));
}

function bucketChanges(api: Api, policy: Policy, bucket: Bucket | undefined, options: InfluxStoreOptions): Change[] {
  const seconds = Math.round(policy.retention / SECOND);
  const name = bucketOf(options.database, policy.name);
  if (bucket === undefined) {
    const bucketCommand = `influx bucket create --org '${options.org}' --name '${name}' --retention ${seconds}s`;
    const mappingCommand = mappingCommandOf(policy, `<id of ${name}>`, options);
    return [
      {
        command: options.create ? bucketCommand : `${bucketCommand}; ${mappingCommand}`,
        essential: true,
        apply: () => api.createBucket(policy),
      },
    ];
  }
  if (retentionOf(bucket) === policy.retention) return [];
  return [
    {
      command: `influx bucket update --id ${bucket.id} --retention ${seconds}s`,
      essential: false,
      apply: () => api.changeRetention(bucket, policy),
    },
  ];
}

function mappingChanges(
  api: Api,
  policy: Policy,
  bucket: Bucket,
  mappings: readonly Mapping[],
  options: InfluxStoreOptions,
): Change[] {
  const ofPolicy = mappings.filter((mapping) => mapping.retention_policy === policy.name);
  const explicit = ofPolicy.find(({ virtual }) => !virtual);
  if (explicit === undefined) {
    const isMapped = ofPolicy.some(({ bucketID }) => bucketID === bucket.id);
    const command = mappingCommandOf(policy, bucket.id, options);
    return [{ command, essential: !isMapped, apply: () => api.createMapping(policy, bucket) }];
  }
  if (explicit.bucketID !== bucket.id) {
    throw new InfluxDbError(
      `InfluxDB at ${options.url} maps the database ${options.database} with the policy ${policy.name} to another bucket than ${bucketOf(options.database, policy.name)}. ` +
        `Delete that mapping (influx v1 dbrp delete --id ${explicit.id}), or set store.database to a name of its own.`,
    );
  }
  if (!policy.isDefault || explicit.default) return [];
  const command = `influx v1 dbrp update --id ${explicit.id} --default`;
  return [{ command, essential: false, apply: () => api.makeDefault(explicit, bucket) }];
}

function mappingCommandOf({ name, isDefault }: Policy, bucketId: string, { org, database }: InfluxStoreOptions) {
  return `influx v1 dbrp create --org '${org}' --db '${database}' --rp ${name} --bucket-id ${bucketId}${isDefault ? ' --default' : ''}`;
}

function retentionOf({ retentionRules }: Bucket): Duration {
  const seconds = retentionRules[0]?.everySeconds ?? 0;
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds * SECOND;
}

/** The requests, as https://docs.influxdata.com/influxdb/v2/api/ documents them. */
class Api {
  readonly #connection: Connection;
  readonly #org: string;
  readonly #database: string;

  constructor(connection: Connection, { org = '', database }: InfluxStoreOptions) {
    this.#connection = connection;
    this.#org = org;
    this.#database = database;
  }

  /** Undefined when there is none. */
  async bucket({ name }: Policy): Promise<Bucket | undefined> {
    const query = new URLSearchParams({ org: this.#org, name: bucketOf(this.#database, name) });
    const { buckets } = (await this.#call('GET', `/api/v2/buckets?${query}`, undefined, /bucket/i)) ?? {};
    return (buckets as Bucket[] | undefined)?.[0];
  }

  async createBucket(policy: Policy): Promise<void> {
    const name = bucketOf(this.#database, policy.name);
    await this.#call('POST', '/api/v2/buckets', { orgID: await this.#orgId(), name, retentionRules: [ruleOf(policy)] });
  }

  async changeRetention({ id }: Bucket, policy: Policy): Promise<void> {
    await this.#call('PATCH', `/api/v2/buckets/${id}`, { retentionRules: [ruleOf(policy)] });
  }

  async mappings(): Promise<readonly Mapping[]> {
    const query = new URLSearchParams({ org: this.#org, db: this.#database });
    const { content } = (await this.#call('GET', `/api/v2/dbrps?${query}`)) ?? {};
    return (content as Mapping[] | undefined) ?? [];
  }

  async createMapping({ name, isDefault }: Policy, { id, orgID }: Bucket): Promise<void> {
    const mapping = { orgID, bucketID: id, database: this.#database, retention_policy: name, default: isDefault };
    await this.#call('POST', '/api/v2/dbrps', mapping);
  }

  async makeDefault({ id }: Mapping, { orgID }: Bucket): Promise<void> {
    await this.#call('PATCH', `/api/v2/dbrps/${id}?${new URLSearchParams({ orgID })}`, { default: true });
  }

  async #orgId(): Promise<string> {
    const { orgs } = (await this.#call('GET', `/api/v2/orgs?${new URLSearchParams({ org: this.#org })}`)) ?? {};
    const id = (orgs as { id: string }[] | undefined)?.[0]?.id;
    if (id !== undefined) return id;
    throw new InfluxDbMissingError(
      `InfluxDB at ${this.#connection.where.url} has no organisation ${this.#org} that the token may see; correct store.org or store.token.`,
    );
  }

  /** `absent`: how the server says that what is asked for is not there; undefined is returned then. */
  async #call(
    method: Method,
    path: string,
    body?: object,
    absent?: RegExp,
  ): Promise<Record<string, unknown> | undefined> {
    try {
      const { text } = await this.#connection.request(method, path, body);
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 404 && absent?.test(wordsOf(error))) return undefined;
      throw toStoreError(error, this.#connection.where);
    }
  }
}

function ruleOf({ retention, shard }: Policy): object {
  const seconds = (duration: Duration) => Math.round(duration / SECOND);
  return { type: 'expire', everySeconds: seconds(retention), shardGroupDurationSeconds: seconds(shard) };
}
