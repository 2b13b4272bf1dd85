import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ListenOptions } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the front listens, and how a client names that. */
export interface FrontAddress {
  readonly listen: ListenOptions;
  /** The folder of the Unix socket, or a loopback address. */
  readonly host: string;
  /** Set for a Unix socket, whose name holds it; otherwise the system picks one. */
  readonly port?: number;
  readonly password?: string;
  /** Removes what was made for the address. */
  remove(): void;
}

/** Part of the socket's name, `.s.PGSQL.<port>`, which PostgreSQL clients build from host and port. */
const SOCKET_PORT = 5432;

/** Addresses of Unix sockets hold 104 bytes on macOS and 108 on Linux; Node cuts longer ones without a word. */
const MAX_SOCKET_PATH = 100;

/**
 * A Unix socket in `directory`, which only those reach who can reach the data; loopback with a random password on
 * Windows, where Node has no Unix sockets.
 */
export function frontAddress(directory: string, platform: NodeJS.Platform = process.platform): FrontAddress {
  if (platform === 'win32') {
    const password = randomBytes(24).toString('base64url');
    return { listen: { host: '127.0.0.1', port: 0 }, host: '127.0.0.1', password, remove: () => undefined };
  }
  if (socketIn(directory).length <= MAX_SOCKET_PATH) {
    rmSync(socketIn(directory), { force: true });
    return onSocket(directory, () => rmSync(socketIn(directory), { force: true }));
  }
  // The data folder lies too deep for a socket's address, so it gets a short folder of its own, closed to others (0700).
  const folder = mkdtempSync(join(tmpdir(), 'fettle-db-'));
  return onSocket(folder, () => rmSync(folder, { recursive: true, force: true }));
}

function onSocket(folder: string, remove: () => void): FrontAddress {
  return { listen: { path: socketIn(folder) }, host: folder, port: SOCKET_PORT, remove };
}

function socketIn(folder: string): string {
  return join(folder, `.s.PGSQL.${SOCKET_PORT}`);
}
