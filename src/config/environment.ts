import { Value } from 'typebox/value';
import { type Leaf, leaves } from './leaves.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { ConfigSchema } from './schema.ts';
import { setAt } from './values.ts';

const PREFIX = 'FETTLE_';

/** Variables that are read elsewhere: the configuration file, and the folder of public data sets. */
const OTHERS = ['FETTLE_CONFIG', 'FETTLE_DATA_SETS'];

/** The variable of an option: `mqtt.clientId` is `FETTLE_MQTT_CLIENT_ID`. */
function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((key) => key.replaceAll(/[A-Z]/g, '_$&').toUpperCase()).join('_');
}

/** Every option that can be set by a variable, by its name. */
export const VARIABLES: ReadonlyMap<string, Leaf> = new Map(
  leaves(ConfigSchema).map((leaf) => [variableOf(leaf.path), leaf]),
);

/**
 * Puts what the environment says into `config` (which is changed), before anything is judged. An empty variable counts
 * as not set; one whose group of options is no map in the file is left to the report of that. `setBy` gives the variable of each option that was set, by its dotted path.
 */
export function applyEnvironment(
  config: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): { setBy: ReadonlyMap<string, string>; problems: Problem[] } {
  const setBy = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined || text === '' || OTHERS.includes(name)) continue;
    const leaf = VARIABLES.get(name);
    if (!leaf) problems.push({ file: name, path: '', message: unknown(name) });
    else if (setAt(config, leaf.path, typed(leaf, text))) setBy.set(leaf.path.join('.'), name);
  }
  return { setBy, problems };
}

function unknown(name: string): string {
  const best = nearest(name, [...VARIABLES.keys(), ...OTHERS]);
  const hint = best === undefined ? '; docs/configuration.md lists those there are' : `, did you mean ${best}?`;
  return `unknown environment variable${hint}`;
}

/** The text as the option's schema wants it; as it is when no reading fits. */
function typed({ schema }: Leaf, text: string): unknown {
  if (Value.Check(schema, text)) return text;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
