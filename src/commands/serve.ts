import { type App, StartupError, startApp } from '../app.ts';
import type { Configuration } from '../config/check.ts';
import { shownAddress } from '../config/exposure.ts';
import { SECOND } from '../domain/time.ts';
import { createLog, type Log } from '../log.ts';
import { loadConfiguration } from './load.ts';
import { untilStopped } from './untilStopped.ts';

export interface ServeOptions {
  readonly config?: string;
}

/** A server that has fallen silent can hold up any part that says goodbye to it; ten seconds are promised. */
const STOP_LIMIT = 9 * SECOND;
/** Exit code when Fettle could not start: a server is away, say. */
const NOT_STARTED = 1;
/** Exit code of a node under whose name another one was started: starting it again would only push that one out. */
const REPLACED = 3;

/** `fettle serve`: runs until it is told to stop, retires, or another process takes its name. */
export async function serve({ config: file }: ServeOptions): Promise<void> {
  const stopped = untilStopped();
  const configuration = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const log = createLog(configuration.config.log.level);
  const app = await started(configuration, log);
  if (!app) return;
  log.info({ api: app.url, docs: `${app.url}/api/v1/docs`, mqtt: shownAddress(app.mqttUrl) }, 'Fettle is running');
  if (app.newKeyFile !== undefined) log.info({ file: app.newKeyFile }, 'made a first API key (role admin)');
  const reason = await Promise.race([stopped, app.ended]);
  log.info({ reason }, 'stopping');
  if (reason === 'replaced') process.exitCode = REPLACED;
  const late = setTimeout(() => giveUp(log), STOP_LIMIT);
  await app.stop();
  clearTimeout(late);
  log.info('stopped');
}

/** What was settled is durable without a goodbye, and the next start works out the rest. */
function giveUp(log: Log): never {
  log.warn(
    'stopped without waiting any longer for a part that does not close; the next start goes on from what is stored',
  );
  process.exit();
}

/** The log has why it did not start, for whoever collects it; a silent one leaves it to standard error. */
async function started(configuration: Configuration, log: Log): Promise<App | undefined> {
  try {
    return await startApp(configuration, { log });
  } catch (error) {
    if (!log.isLevelEnabled('fatal')) throw error;
    const reason = error instanceof StartupError ? `: ${error.message}` : '';
    log.fatal({ err: error }, `Fettle could not start${reason}`);
    process.exitCode = NOT_STARTED;
    return undefined;
  }
}
