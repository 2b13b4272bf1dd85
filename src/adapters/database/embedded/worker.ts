import type { ListenOptions, Server } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { createFront } from './front.ts';
import { openPglite } from './openPglite.ts';
import { Session } from './session.ts';

/** What the worker is started with. */
export interface WorkerSettings {
  readonly directory: string;
  readonly listen: ListenOptions;
  readonly password?: string;
  readonly idleInTransactionLimit: number;
}

/** What the worker reports: ready once, or failed, after which it ends. */
export type WorkerReport =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly reason: string };

const settings = workerData as WorkerSettings;
const parent = parentPort!;
const report = (message: WorkerReport) => parent.postMessage(message);

try {
  const pglite = await openPglite(settings.directory, fail);
  const session = new Session((unit) => run(pglite, unit), settings.idleInTransactionLimit, fail);
  const front = createFront({
    session,
    serverVersion: await serverVersion(pglite),
    ...(settings.password === undefined ? {} : { password: settings.password }),
  });
  const port = await listen(front.server);
  parent.once('message', async () => {
    front.server.close();
    await session.close();
    front.disconnectAll();
    await pglite.close();
    process.exit(0);
  });
  report({ type: 'ready', port });
} catch (error) {
  fail(error);
}

/** Emscripten reports the end of the database program by an object that is no Error but has a message, too. */
function fail(error: unknown): void {
  const reason = (error as { message?: unknown } | undefined)?.message ?? error;
  report({ type: 'failed', reason: String(reason) });
  process.exit(1);
}

async function run(pglite: PGlite, unit: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // Copied: the bytes are a view of PGlite's memory, which it uses again.
  await pglite.execProtocolRawStream(unit, { onRawData: (bytes) => chunks.push(Buffer.from(bytes)) });
  return Buffer.concat(chunks);
}

async function serverVersion(pglite: PGlite): Promise<string> {
  const { rows } = await pglite.query<{ server_version: string }>('SHOW server_version');
  return rows[0]!.server_version;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.listen, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
