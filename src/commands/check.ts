import { checkConfiguration, formatCheck } from '../config/check.ts';
import { formatProbes, runProbes } from '../config/probes.ts';
import { SECOND } from '../domain/time.ts';
import { createLog } from '../log.ts';
import { probesOf } from '../probes.ts';
import { CommandError, ConfigurationError } from './commandError.ts';

/** The embedded database takes its time when it is made. */
const PROBE_LIMIT = 60 * SECOND;

export interface CheckCommandOptions {
  readonly config?: string;
  readonly connect?: boolean;
}

/** `fettle check`: every mistake in configuration, models and assets at once; with --connect tries the servers too. */
export async function check({ config: file, connect }: CheckCommandOptions): Promise<void> {
  const cwd = process.cwd();
  const result = checkConfiguration({ file, env: process.env, cwd });
  const text = formatCheck(result, cwd);
  if ('problems' in result) throw new ConfigurationError(text);
  process.stdout.write(`${text}\n`);
  if (!connect) return;
  const results = await runProbes(probesOf(result.configuration.config, createLog('silent')), PROBE_LIMIT);
  process.stdout.write(`${formatProbes(results)}\n`);
  const failed = results.filter(({ ok }) => !ok).length;
  if (failed > 0) throw new CommandError(`${failed} of ${results.length} servers could not be used`);
}
