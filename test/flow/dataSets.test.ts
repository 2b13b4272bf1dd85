import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { requireDataSets } from '../support/dataSets.ts';
import { FETTLE } from '../support/fettleProcess.ts';
import { tempFolder } from '../support/temp.ts';

/** Those that take well under a minute; `npm run evaluate` runs them all. */
const SETS = ['compressor', 'tool-wear', 'battery'];

interface Measured {
  readonly goals: readonly { readonly figure: string; readonly met: boolean | null }[];
  readonly disturbed: { readonly differences: readonly string[] };
}

describe.skipIf(!requireDataSets())('on a public data set', () => {
  it.each(SETS)('%s: every goal is met, and a bad line changes no ticket', async (set) => {
    const args = [FETTLE, 'evaluate', set, '--disturb', '7', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: tempFolder() });
    const { goals, disturbed } = JSON.parse(stdout) as Measured;
    expect(goals.length).toBeGreaterThan(0);
    expect(goals.filter(({ met }) => met !== true)).toEqual([]);
    expect(disturbed.differences).toEqual([]);
  }, 600_000);
});
