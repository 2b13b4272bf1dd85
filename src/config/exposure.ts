import { isIP } from 'node:net';
import type { Config } from './schema.ts';

/** True when only this machine can reach a listener on that host. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** Why the API must not start as configured: reachable by others without any key. `keys` is how many are stored. */
export function exposureProblem(config: Pick<Config, 'apiKey' | 'http'>, keys: number): string | undefined {
  if (isLoopback(config.http.host) || config.apiKey !== undefined || keys > 0) return undefined;
  return `http.host ${config.http.host} can be reached by others and there is no API key: set apiKey (FETTLE_API_KEY), make a key with 'fettle keys', or bind to 127.0.0.1`;
}

/** An address as it may be shown: without a login and a query, which may hold a token. */
export function shownAddress(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** The same of a database, with its name; `host`, `port` and `dbname` in the query win, as they do for who connects. */
export function shownDatabase(url: string): string {
  const { protocol, hostname, port, pathname, searchParams } = new URL(url);
  const { host = hostname || 'localhost', dbname = pathname.slice(1), ...others } = Object.fromEntries(searchParams);
  return `${protocol}//${host}:${others.port ?? (port || 5432)}/${dbname}`;
}

/** The address for links in tickets: the configured one, or that of the listener, which may have taken any free port. */
export function publicUrl(config: Pick<Config, 'publicUrl' | 'http'>, port: number): string {
  if (config.publicUrl !== undefined) return config.publicUrl.replace(/\/+$/, '');
  const { host } = config.http;
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return `http://${name === '0.0.0.0' || name === '[::]' ? '127.0.0.1' : name}:${port}`;
}
