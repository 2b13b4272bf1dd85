import { StartupError, StoppedError } from '../app.ts';
import type { Configuration } from '../config/check.ts';
import { shownAddress } from '../config/exposure.ts';
import { createLog, type Log } from '../log.ts';
import { type RunningApp, runApp } from '../runApp.ts';
import { EXIT_CODES } from './exitCodes.ts';
import { loadConfiguration } from './load.ts';
import { type StopSignals, stopSignals } from './stopSignals.ts';

export interface ServeOptions {
  readonly config?: string;
}

/** `fettle serve`: runs until it is told to stop, retires, or another process takes its name. */
export async function serve({ config: file }: ServeOptions): Promise<void> {
  const configuration = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const log = createLog(configuration.config.log.level);
  const stop = stopSignals((text) => log.warn(text));
  const app = await started(configuration, log, stop);
  if (!app) return;
  log.info({ api: app.url, docs: `${app.url}/api/v1/docs`, mqtt: shownAddress(app.mqttUrl) }, 'Fettle is running');
  if (app.newKeyFile !== undefined) log.info({ file: app.newKeyFile }, 'made a first API key (role admin)');
  const reason = await Promise.race([stop.asked, app.ended]);
  log.info({ reason }, 'stopping');
  stop.limit();
  if (reason === 'replaced' || reason === 'restored' || reason === 'failed') process.exitCode = EXIT_CODES[reason];
  await app.stop();
  log.info('stopped');
}

/** The log has why it did not start, for whoever collects it; a silent one leaves it to standard error. */
async function started(
  configuration: Configuration,
  log: Log,
  { signal }: StopSignals,
): Promise<RunningApp | undefined> {
  try {
    return await runApp(configuration, { log, signal });
  } catch (error) {
    if (error instanceof StoppedError) log.info('stopped before it had started; nothing was taken in');
    if (error instanceof StoppedError || !log.isLevelEnabled('fatal')) throw error;
    const reason = error instanceof StartupError ? `: ${error.message}` : '';
    log.fatal({ err: error }, `Fettle could not start${reason}`);
    process.exitCode = EXIT_CODES.failed;
    return undefined;
  }
}
