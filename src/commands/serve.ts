import { startApp } from '../app.ts';
import { createLog } from '../log.ts';
import { loadConfiguration } from './load.ts';
import { untilStopped } from './untilStopped.ts';

export interface ServeOptions {
  readonly config?: string;
}

/** `fettle serve`: runs until it is told to stop. */
export async function serve({ config: file }: ServeOptions): Promise<void> {
  const stopped = untilStopped();
  const configuration = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const log = createLog(configuration.config.log.level);
  const app = await startApp(configuration, { log });
  log.info({ api: app.url, docs: `${app.url}/api/v1/docs`, mqtt: app.mqttUrl }, 'Fettle is running');
  if (app.newKeyFile !== undefined) log.info({ file: app.newKeyFile }, 'made a first API key (role admin)');
  const signal = await stopped;
  log.info({ signal }, 'stopping');
  await app.stop();
  log.info('stopped');
}
