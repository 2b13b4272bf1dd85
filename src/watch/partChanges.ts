import type { Readiness } from '../api/services.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';

const LOOK_EVERY: Duration = 5 * SECOND;

/** Logs a line when a part stops working and one when it works again, by what /readyz says. Returns what ends it. */
export function logPartChanges(readiness: () => Promise<Readiness>, clock: Clock, log: Log): () => void {
  const down = new Set<string>();
  let stopped = false;
  const stop = clock.every(LOOK_EVERY, async () => {
    const { parts } = await readiness();
    if (stopped) return;
    for (const { part, ok, needed, detail } of parts) {
      if (ok && down.delete(part)) log.info({ part, detail }, `${part} works again`);
      if (ok || down.has(part)) continue;
      down.add(part);
      log.warn({ part, needed, detail }, `${part} does not work`);
    }
  });
  return () => {
    stopped = true;
    stop();
  };
}
