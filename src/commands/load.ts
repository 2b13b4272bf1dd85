import { type CheckOptions, type Configuration, checkConfiguration, formatCheck } from '../config/check.ts';
import { ConfigurationError } from './commandError.ts';

/** The configuration, or a ConfigurationError with every problem in it. */
export function loadConfiguration(options: CheckOptions): Configuration {
  const result = checkConfiguration(options);
  if ('problems' in result) throw new ConfigurationError(formatCheck(result, options.cwd));
  return result.configuration;
}
