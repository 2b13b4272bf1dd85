import { startApp } from '../app.ts';
import { shownAddress } from '../config/exposure.ts';
import { createLog } from '../log.ts';
import { loadConfiguration } from './load.ts';
import { untilStopped } from './untilStopped.ts';

export interface ServeOptions {
  readonly config?: string;
}

/** Exit code of a node under whose name another one was started: starting it again would only push that one out. */
const REPLACED = 3;

/** `fettle serve`: runs until it is told to stop, retires, or another process takes its name. */
export async function serve({ config: file }: ServeOptions): Promise<void> {
  const stopped = untilStopped();
  const configuration = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const log = createLog(configuration.config.log.level);
  const app = await startApp(configuration, { log });
  log.info({ api: app.url, docs: `${app.url}/api/v1/docs`, mqtt: shownAddress(app.mqttUrl) }, 'Fettle is running');
  if (app.newKeyFile !== undefined) log.info({ file: app.newKeyFile }, 'made a first API key (role admin)');
  const reason = await Promise.race([stopped, app.ended]);
  log.info({ reason }, 'stopping');
  await app.stop();
  log.info('stopped');
  if (reason === 'replaced') process.exitCode = REPLACED;
}
