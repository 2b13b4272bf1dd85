import { HttpError } from '@influxdata/influxdb-client';
import type { Connection } from './connection.ts';
import { InfluxDbVersionError, toStoreError, type Where } from './errors.ts';

/** The version that the server says it is, such as `1.6.7`; undefined when it does not say. */
export async function findVersion(connection: Connection): Promise<string | undefined> {
  try {
    const { headers, text } = await connection.request('GET', '/ping');
    const version = headers['x-influxdb-version']?.toString() ?? versionIn(text);
    if (version !== undefined) return version.replace(/^v/, '');
    return versionIn((await connection.request('GET', '/health')).text)?.replace(/^v/, '');
  } catch (error) {
    // Version 1 before 1.8 has no /health, and proxies may let neither address through.
    if (error instanceof HttpError && error.statusCode === 404) return undefined;
    throw toStoreError(error, connection.where);
  }
}

/** Rejects a server of another major version than configured. */
export function checkVersion(found: string, { url, version }: Where): void {
  const major = Number(/^\d+/.exec(found)?.[0]);
  if (Number.isNaN(major) || major === version) return;
  const cure = major >= 1 && major <= 3 ? `set store.version to ${major}` : 'use a server of version 1, 2 or 3';
  throw new InfluxDbVersionError(
    `The server at ${url} is InfluxDB ${found}, but store.version is ${version}: ${cure}.`,
  );
}

function versionIn(text: string): string | undefined {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
