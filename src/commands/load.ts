import { type CheckOptions, type Configuration, checkConfiguration, formatCheck } from '../config/check.ts';
import { CommandError } from './commandError.ts';

/** The configuration, or a CommandError with every problem in it. */
export function loadConfiguration(options: CheckOptions): Configuration {
  const result = checkConfiguration(options);
  if ('problems' in result) throw new CommandError(formatCheck(result, options.cwd));
  return result.configuration;
}
