import type { Redis } from 'ioredis';

const OLDEST = [6, 2] as const;
/** The truth about deliveries is elsewhere; that is why none of this keeps Fettle from starting. */
const CONSEQUENCE =
  'Fettle hands such deliveries over again from its database, so that tickets reach the desk late, not never';

/** What an operator should know about how safely this server keeps jobs; empty when all is well. Asks, changes nothing. */
export async function redisConcerns(redis: Pick<Redis, 'info' | 'config'>): Promise<string[]> {
  const info = fieldsOf(await redis.info());
  return [...versionConcerns(info), ...memoryConcerns(info), ...(await persistenceConcerns(redis, info))];
}

function versionConcerns(info: ReadonlyMap<string, string>): string[] {
  const version = info.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return [];
  return [`Redis ${version || 'of an unknown version'} is older than ${OLDEST.join('.')}; upgrade it`];
}

function memoryConcerns(info: ReadonlyMap<string, string>): string[] {
  const policy = info.get('maxmemory_policy');
  if (policy === 'noeviction') return [];
  if (policy === undefined) return ['Redis does not tell its maxmemory-policy; make sure that it is noeviction'];
  return [
    `Redis may throw waiting deliveries away when its memory is full (maxmemory-policy is ${policy}). ${CONSEQUENCE}. Set maxmemory-policy to noeviction`,
  ];
}

async function persistenceConcerns(redis: Pick<Redis, 'config'>, info: ReadonlyMap<string, string>): Promise<string[]> {
  const settings = await settingsOf(redis);
  if (settings === undefined && info.get('aof_enabled') !== '1') {
    return [
      'whether Redis keeps waiting deliveries through a restart could not be checked, because CONFIG is not allowed and it does not say that it keeps an append-only file; see to it at your provider',
    ];
  }
  if (info.get('aof_enabled') === '1') {
    if (settings?.get('appendfsync') !== 'no') return [];
    return [
      `a crash of the machine that Redis runs on loses the waiting deliveries of the last half minute or so (appendfsync is no). ${CONSEQUENCE}. Set appendfsync to everysec`,
    ];
  }
  const save = settings?.get('save') ?? '';
  const lost =
    save === ''
      ? 'a restart of Redis loses all waiting deliveries (appendonly is no and save is empty)'
      : `a crash of Redis loses the waiting deliveries of the last minutes (appendonly is no, only snapshots are kept: save ${save})`;
  return [`${lost}. ${CONSEQUENCE}. Set appendonly to yes`];
}

/** Undefined where CONFIG is renamed or forbidden, as at many providers. */
async function settingsOf(redis: Pick<Redis, 'config'>): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const pairs = [await redis.config('GET', 'appendfsync'), await redis.config('GET', 'save')];
    return new Map(pairs.map((pair) => pair as [string, string]));
  } catch (error) {
    if (error instanceof Error && /^(?:NOPERM|ERR unknown command|ERR .*not allowed)/i.test(error.message))
      return undefined;
    throw error;
  }
}

function fieldsOf(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
