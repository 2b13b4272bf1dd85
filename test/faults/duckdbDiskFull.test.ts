import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';

const CHILD = fileURLToPath(new URL('../support/duckdbFiller.mjs', import.meta.url));

/** More than the write-ahead log that starts a checkpoint (16 MiB), so that it is the checkpoint that fails. */
const LIMIT_KB = 17 * 1024;

describe.skipIf(!requireProgram('prlimit'))('DuckDB store on a full disk', () => {
  it('fails, and goes on without a restart once there is room, each sample stored once', async () => {
    const directory = tempFolder();
    const limited = `ulimit -S -f ${LIMIT_KB} && exec "$0" "$@"`;
    const child = spawn('bash', ['-c', limited, process.execPath, CHILD, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line === 'failed') execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:']);
    }
    expect(lines[0]).toBe('failed');
    const [word, samples, distinct, expected] = lines[1]!.split(' ');
    expect(word).toBe('stored');
    expect(samples).toBe(expected);
    expect(distinct).toBe(expected);
  }, 60_000);
});
