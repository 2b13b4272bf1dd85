import { Value } from 'typebox/value';
import { isSecret } from './fields.ts';
import { type Leaf, leaves } from './leaves.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { ConfigSchema } from './schema.ts';
import { readSecretFile } from './secretFile.ts';
import { setAt } from './values.ts';

const PREFIX = 'FETTLE_';
const FILE_SUFFIX = '_FILE';

/** Variables that are read elsewhere: the configuration file, and the folder of public data sets. */
const OTHERS = ['FETTLE_CONFIG', 'FETTLE_DATA_SETS'];

/** The variable of an option: `mqtt.clientId` is `FETTLE_MQTT_CLIENT_ID`. */
function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((key) => key.replaceAll(/\B[A-Z]/g, '_$&').toUpperCase()).join('_');
}

/** Every option that can be set by a variable, by its name. */
export const VARIABLES: ReadonlyMap<string, Leaf> = new Map(
  leaves(ConfigSchema).map((leaf) => [variableOf(leaf.path), leaf]),
);

/** Variables that name a file with the value of an option that is secret: `FETTLE_API_KEY_FILE` for `apiKey`. */
export const FILE_VARIABLES: ReadonlyMap<string, Leaf> = new Map(
  [...VARIABLES]
    .filter(([name, { schema }]) => isSecret(schema) && !VARIABLES.has(name + FILE_SUFFIX))
    .map(([name, leaf]) => [name + FILE_SUFFIX, leaf]),
);

/**
 * Puts what the environment says into `config` (which is changed), before anything is judged. An empty variable counts
 * as not set; one whose group of options is no map in the file is left to the report of that. Files count from `folder`.
 * `setBy` gives the variable of each option that was set, by its dotted path.
 */
export function applyEnvironment(
  config: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
  folder: string,
): { setBy: ReadonlyMap<string, string>; problems: Problem[] } {
  const setBy = new Map<string, string>();
  const problems: Problem[] = [];
  const set = (name: string, leaf: Leaf, value: unknown) => {
    if (setAt(config, leaf.path, value)) setBy.set(leaf.path.join('.'), name);
  };
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined || text === '' || OTHERS.includes(name)) continue;
    const leaf = VARIABLES.get(name);
    const secret = FILE_VARIABLES.get(name);
    if (leaf) set(name, leaf, typed(leaf, text));
    else if (secret) {
      const read = fromFile(name, text, env, folder);
      if ('value' in read) set(name, secret, read.value);
      else problems.push({ file: name, path: secret.path.join('.'), message: read.problem });
    } else problems.push({ file: name, path: '', message: unknown(name) });
  }
  return { setBy, problems };
}

function fromFile(name: string, file: string, env: NodeJS.ProcessEnv, folder: string) {
  const plain = name.slice(0, -FILE_SUFFIX.length);
  if (env[plain]) return { problem: `${plain} is set as well; set one of the two` };
  return readSecretFile(file, folder);
}

function unknown(name: string): string {
  const best = nearest(name, [...VARIABLES.keys(), ...FILE_VARIABLES.keys(), ...OTHERS]);
  const hint = best === undefined ? '; docs/configuration.md lists those there are' : `, did you mean ${best}?`;
  return `unknown environment variable${hint}`;
}

/** The text as the option's schema wants it; as it is when no reading fits. */
function typed({ schema }: Leaf, text: string): unknown {
  if (Value.Check(schema, text)) return text;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
