import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { CertificateFiles } from './certificates.ts';
import { freePort } from './freePort.ts';
import { requireProgram } from './services.ts';
import { until } from './until.ts';

/** The folder of PostgreSQL's programs; undefined, said aloud, when there is none. */
export function postgresPrograms(): string | undefined {
  const initdb = requireProgram('initdb');
  return initdb && dirname(initdb);
}

export interface TestPostgresOptions {
  /** Listens on loopback too, where it asks for passwords. */
  readonly tcp?: boolean;
  /** Listens on loopback, with TLS only, as this. */
  readonly certificate?: CertificateFiles;
}

export interface TestPostgres {
  /** Of the administrator, through a Unix socket, which asks for no password. */
  readonly connection: { host: string; port: number; user: string; database: string };
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again after `kill`; what was committed is there. */
  resume(): Promise<void>;
  /** Keeps its connections and answers nothing, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** A server of its own in a new folder, reached through a Unix socket. */
export async function startPostgres(programs: string, options: TestPostgresOptions = {}): Promise<TestPostgres> {
  // Not under a temporary folder that only root may enter: the server runs as another user.
  const folder = mkdtempSync('/tmp/fettle-pg-');
  const user = unprivilegedUser(folder);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), initdb, { ...user, cwd: folder, stdio: 'ignore' });
  const network = options.tcp === true || options.certificate !== undefined;
  const port = network ? await freePort() : 5432;
  const settings = [
    `listen_addresses=${network ? '127.0.0.1' : ''}`,
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'fsync=off',
    ...tlsSettings(folder, options.certificate),
  ];
  if (network) writeFileSync(join(data, 'pg_hba.conf'), hostRules(options.certificate !== undefined));
  if (network) own(user, join(data, 'pg_hba.conf'));
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const connection = { host: folder, port, user: 'postgres', database: 'postgres' };
  const launch = async () => {
    const server = spawn(join(programs, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
    await until('PostgreSQL to answer', () => answers(connection));
    return server;
  };
  let server = await launch();
  const end = async (signal: NodeJS.Signals) => {
    const exited = once(server, 'exit');
    signalAll(server, 'SIGCONT');
    server.kill(signal);
    await exited;
  };
  return {
    connection,
    kill: () => end('SIGQUIT'),
    resume: async () => {
      server = await launch();
    },
    freeze: () => signalAll(server, 'SIGSTOP'),
    thaw: () => signalAll(server, 'SIGCONT'),
    async stop() {
      if (server.exitCode === null) await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server and the processes of its connections, which are children of it. */
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  process.kill(pid!, signal);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  for (const child of children) signalIfThere(Number(child), signal);
}

/** The process of a connection may have ended since it was listed. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * A pool that bears its server's end. It ends before its connections are closed, so that the server that is stopped
 * next may still tell them of it, in use or idle: either would be an error that nobody listens to.
 */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return pool;
}

/** Runs statements one by one as the administrator, or as whom `connection` says. */
export async function runSql(connection: pg.ClientConfig, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function hostRules(tls: boolean): string {
  return `local all all trust\n${tls ? 'hostssl' : 'host'} all all 127.0.0.1/32 scram-sha-256\n`;
}

/** The server wants its key owned by itself and closed to others. */
function tlsSettings(folder: string, certificate: CertificateFiles | undefined): string[] {
  if (!certificate) return [];
  const user = unprivilegedUser(folder);
  const [cert, key] = [join(folder, 'server.pem'), join(folder, 'server.key')];
  cpSync(certificate.cert, cert);
  cpSync(certificate.key, key);
  chmodSync(key, 0o600);
  for (const file of [cert, key]) own(user, file);
  return ['ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`];
}

/** PostgreSQL refuses to run as root, so root starts it as the user `postgres` that its package makes. */
function unprivilegedUser(folder: string): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString());
  const user = { uid: id('-u'), gid: id('-g') };
  own(user, folder);
  return user;
}

function own({ uid, gid }: Pick<SpawnOptions, 'uid' | 'gid'>, path: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
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
