import type { Duration } from '../domain/time.ts';
import { SECOND } from '../domain/time.ts';

/** A server to try for `fettle check --connect`. */
export interface Probe {
  /** What is tried, such as `broker mqtt://broker:1883`; without passwords. */
  readonly name: string;
  /** Resolves with what was found, for people; rejects with why it does not work. Must let go of what it opened. */
  run(signal: AbortSignal): Promise<string>;
}

export interface ProbeResult {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Tries all at the same time; one that has no result within `limit` has failed. */
export function runProbes(probes: readonly Probe[], limit: Duration = 10 * SECOND): Promise<ProbeResult[]> {
  return Promise.all(probes.map((probe) => runProbe(probe, limit)));
}

async function runProbe({ name, run }: Probe, limit: Duration): Promise<ProbeResult> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit / SECOND} s`)), limit);
  });
  try {
    return { name, ok: true, detail: await Promise.race([run(controller.signal), late]) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** A line a server: `ok      name: what was found` or `FAILED  name: why`. */
export function formatProbes(results: readonly ProbeResult[]): string {
  return results.map(({ name, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${name}: ${detail}`).join('\n');
}
