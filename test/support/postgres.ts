import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { requireProgram } from './services.ts';
import { until } from './until.ts';

/** The folder of PostgreSQL's programs; undefined, said aloud, when there is none. */
export function postgresPrograms(): string | undefined {
  const initdb = requireProgram('initdb');
  return initdb && dirname(initdb);
}

export interface TestPostgres {
  readonly connection: { host: string; port: number; user: string; database: string };
  stop(): Promise<void>;
}

/** A server of its own in a new folder, reached through a Unix socket. */
export async function startPostgres(programs: string): Promise<TestPostgres> {
  // Not under a temporary folder that only root may enter: the server runs as another user.
  const folder = mkdtempSync('/tmp/fettle-pg-');
  const user = unprivilegedUser(folder);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), initdb, { ...user, cwd: folder, stdio: 'ignore' });
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off'];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(programs, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
  const exited = once(server, 'exit');
  const connection = { host: folder, port: 5432, user: 'postgres', database: 'postgres' };
  await until('PostgreSQL to answer', () => answers(connection));
  return {
    connection,
    async stop() {
      server.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root, so root starts it as the user `postgres` that its package makes. */
function unprivilegedUser(folder: string): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString());
  const user = { uid: id('-u'), gid: id('-g') };
  chownSync(folder, user.uid, user.gid);
  return user;
}

async function answers(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(connection);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
