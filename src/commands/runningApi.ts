import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import type { Role } from '../ports/database.ts';
import { localAddress, runningAt } from '../probePort.ts';
import { CommandError } from './commandError.ts';

const REQUEST_LIMIT: Duration = 60 * SECOND;

/** A running Fettle. */
export interface RunningApi {
  readonly url: string;
  readonly key: string;
}

/** The Fettle that runs on this configuration: at publicUrl, or here; undefined where there is none. `what` needs a key of the role. */
export async function fettleOf(
  config: Config,
  signal: AbortSignal,
  what: string,
  role: Role = 'engineer',
): Promise<RunningApi | undefined> {
  const url = await firstRunning([config.publicUrl, localAddress(config)], signal);
  if (url === undefined) return undefined;
  const file = join(config.dataDir, 'api-key');
  const key = config.apiKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
  if (key !== undefined) return { url, key };
  throw new CommandError(`Fettle runs at ${url}: ${what} needs apiKey (FETTLE_API_KEY), a key of the role ${role}`);
}

async function firstRunning(urls: readonly (string | undefined)[], signal: AbortSignal): Promise<string | undefined> {
  for (const url of urls) if (url !== undefined && (await runningAt(url, signal))) return url;
  return undefined;
}

/** Asks its API; `path` is below /api/v1. What it refuses is a CommandError. */
export async function callApi<T>({ url, key }: RunningApi, method: string, path: string, body?: object): Promise<T> {
  const address = `${url.replace(/\/+$/, '')}/api/v1${path}`;
  const response = await fetch(address, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(REQUEST_LIMIT),
  }).catch((error: unknown) => {
    throw new CommandError(`${address} can't be reached: ${error instanceof Error ? error.message : String(error)}`);
  });
  const text = await response.text();
  if (!response.ok) throw new CommandError(`${address} refused (${response.status}): ${refusalOf(text)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** What a problem says, with each of its faults; else the answer as it is. */
export function refusalOf(text: string): string {
  try {
    const { detail, problems = [] } = JSON.parse(text) as { detail: string; problems?: { message: string }[] };
    return [detail, ...problems.map(({ message }) => message)].join('\n');
  } catch {
    return text.slice(0, 500);
  }
}
