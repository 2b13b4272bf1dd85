import { setTimeout as sleep } from 'node:timers/promises';
import { type App, type AppEnding, type AppOptions, StoppedError, startApp } from './app.ts';
import type { Configuration } from './config/check.ts';
import { type Duration, SECOND } from './domain/time.ts';

const TRY_AGAIN_AFTER: Duration = 2 * SECOND;
/** Whoever supervises the process goes on where it gives up. */
const TRIES = 15;

/** Failed: it could not be started anew; the log says why. */
export type RunEnding = Exclude<AppEnding, 'reconfigured'> | 'failed';

/** As an {@link App}, of which there is another one after each change of the models; addresses stay. */
export interface RunningApp extends Omit<App, 'ended'> {
  readonly ended: Promise<RunEnding>;
}

/**
 * Starts Fettle and, each time its models were changed, stops it and starts it anew within the process: what was received is
 * settled and saved, and what devices send meanwhile waits with them or at the broker, as at any other restart.
 */
export async function runApp(configuration: Configuration, options: AppOptions): Promise<RunningApp> {
  const { log } = options;
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const first = await startApp(configuration, { ...options, signal });
  const again = withPorts(configuration, first);
  const stopAsked = new Promise<'stopped'>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  let app = first;
  let tellEnded: (ending: RunEnding) => void = () => undefined;
  const ended = new Promise<RunEnding>((resolve) => {
    tellEnded = resolve;
  });

  async function follow(): Promise<void> {
    for (;;) {
      const reason = await Promise.race([app.ended, stopAsked]);
      if (reason === 'stopped') return;
      if (reason !== 'reconfigured') return tellEnded(reason);
      log.info('asset models were changed: stopping, and starting anew with them');
      await app.stop();
      app = await startAgain();
    }
  }

  async function startAgain(): Promise<App> {
    for (let tries = 1; ; tries++) {
      try {
        return await startApp(again, { ...options, signal });
      } catch (error) {
        if (error instanceof StoppedError || tries === TRIES) throw error;
        log.error({ err: error, tries }, 'could not start with the changed models; trying again');
        await sleep(TRY_AGAIN_AFTER, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  const following = follow().catch((error: unknown) => {
    if (error instanceof StoppedError) return;
    log.fatal({ err: error }, 'Fettle could not be started with the changed models');
    tellEnded('failed');
  });

  return {
    url: first.url,
    mqttUrl: first.mqttUrl,
    ports: first.ports,
    newKeyFile: first.newKeyFile,
    get pipeline() {
      return app.pipeline;
    },
    get ledger() {
      return app.ledger;
    },
    ended,
    async stop() {
      stopping.abort();
      await following;
      await app.stop();
    },
  };
}

/** Devices and people know the ports that were found at the first start. */
function withPorts(configuration: Configuration, { ports }: App): Configuration {
  const { config } = configuration;
  const mqtt = ports.mqtt === undefined ? config.mqtt : { ...config.mqtt, port: ports.mqtt };
  return { ...configuration, config: { ...config, http: { ...config.http, port: ports.http }, mqtt } };
}
