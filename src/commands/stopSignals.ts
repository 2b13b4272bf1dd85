import { constants } from 'node:os';
import { type Duration, SECOND } from '../domain/time.ts';

/** A server that has fallen silent can hold up any part that says goodbye to it; ten seconds are promised. */
const STOP_LIMIT: Duration = 9 * SECOND;
/** At Ctrl-C under `npm start` both the terminal and npm send the signal: what follows so soon is the same one. */
const ECHO: Duration = 0.3 * SECOND;

/** How a person or a supervisor has this process stop. */
export interface StopSignals {
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Aborts at the same time. */
  readonly signal: AbortSignal;
  /** From now on the process has nine seconds to end by itself; harmless when called again. */
  limit(): void;
}

/**
 * Watches for SIGINT and SIGTERM. The first one asks for a stop and starts the limit, after which the process ends with
 * the exit code that is set; a second one ends it at once, with 130 or 143. `say` tells of both.
 */
export function stopSignals(say: (text: string) => void): StopSignals {
  const stop = new AbortController();
  let askedAt: number | undefined;
  let limited = false;
  const startLimit = (): void => {
    if (limited) return;
    limited = true;
    setTimeout(() => {
      say(
        'stopped without waiting any longer for a part that does not close; the next start goes on from what is stored',
      );
      process.exit();
    }, STOP_LIMIT).unref();
  };
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      const now = performance.now();
      if (askedAt === undefined) {
        askedAt = now;
        startLimit();
        resolve(signal);
        stop.abort();
      } else if (now - askedAt > ECHO) {
        say(`ended at once by a second signal, ${signal}; nothing that was settled is lost`);
        process.exit(128 + constants.signals[signal]);
      }
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return { asked, signal: stop.signal, limit: startLimit };
}
