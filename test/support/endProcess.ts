import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Sends the signal, to a frozen process as well; resolves when it has ended, or had before. */
export async function endProcess(child: ChildProcess | undefined, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill(signal);
  await exited;
}
