import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DeskPreset } from '../presets/schema.ts';
import { defaultNode } from './clusterSchema.ts';
import { complete, decode } from './complete.ts';
import { crossCheck } from './crossChecks.ts';
import { examineDesk } from './desk.ts';
import { applyEnvironment } from './environment.ts';
import { readExpressions } from './expressionFiles.ts';
import { type Flaw, inspect, isMap } from './inspect.ts';
import { shippedModels } from './installation.ts';
import { pathsIn } from './paths.ts';
import { formatPath, type Problem } from './problem.ts';
import { type Config, ConfigSchema } from './schema.ts';
import { setAt, valueAt } from './values.ts';
import { parseYaml, type YamlFile } from './yamlFile.ts';

export interface ConfigOptions {
  /** The configuration file; without it FETTLE_CONFIG, then fettle.yaml in `cwd` if it is there. */
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** What was read, sound or not. `models` and `assets` are known unless just they are wrong. */
export interface ExaminedConfig {
  readonly config?: Config;
  readonly problems: readonly Problem[];
  readonly models?: string;
  readonly assets?: string;
  /** Of the desk, where it has one and that is sound. */
  readonly preset?: DeskPreset;
  /** As written, with defaults. */
  readonly raw?: unknown;
  /** Gives a flaw of `raw` its place. */
  locate(flaw: Flaw): Problem;
}

/** Reads the configuration: environment over file over defaults. Every mistake is reported at once. */
export function loadConfig(options: ConfigOptions): { config: Config } | { problems: readonly Problem[] } {
  const { config, problems } = examineConfig(options);
  return config ? { config } : { problems };
}

/** As {@link loadConfig}, and says what could be made out when there are mistakes. */
export function examineConfig(options: ConfigOptions): ExaminedConfig {
  const name = options.file ?? (options.env.FETTLE_CONFIG || undefined);
  const file = resolve(options.cwd, name ?? 'fettle.yaml');
  const shown = name ?? 'fettle.yaml';
  if (!isFile(file)) {
    if (name !== undefined) return unreadable({ file: shown, path: '', message: 'there is no such file' });
    return examine(parseYaml('', shown), options.env, options.cwd);
  }
  return examine(parseYaml(readFileSync(file, 'utf8'), shown), options.env, dirname(file));
}

function examine(document: YamlFile, env: NodeJS.ProcessEnv, folder: string): ExaminedConfig {
  const written = document.value ?? {};
  if (!isMap(written)) return unreadable(document.problemAt([], 'must be a map of options'));
  const { setBy, problems: unknown } = applyEnvironment(written, env, folder);
  const raw = complete(ConfigSchema, written);
  resolvePaths(raw, folder);
  const desk = examineDesk(raw, folder);
  const expressions = readExpressions(raw);
  const flaws = [
    ...inspect(ConfigSchema, raw),
    ...crossCheck(raw),
    ...missingFiles(raw),
    ...expressions,
    ...desk.flaws,
  ];
  const locate = (flaw: Flaw) => placeOf(flaw, raw, document, setBy);
  const problems = [...document.problems, ...unknown, ...flaws.map(locate), ...desk.problems];
  const models = stringAt(raw, 'models') ?? shippedModels();
  const assets = stringAt(raw, 'assets') ?? ifThere(join(folder, 'assets.yaml'));
  const sound = (key: string) => !flaws.some((flaw) => flaw.path[0] === key);
  return {
    problems,
    raw,
    locate,
    ...(desk.preset && { preset: desk.preset }),
    ...(sound('models') ? { models } : {}),
    ...(sound('assets') && assets !== undefined ? { assets } : {}),
    ...(problems.length === 0 ? { config: finish(raw, models, assets) } : {}),
  };
}

function unreadable(problem: Problem): ExaminedConfig {
  return {
    problems: [problem],
    locate: ({ path, message }) => ({ file: problem.file, path: formatPath(path), message }),
  };
}

function finish(raw: unknown, models: string, assets: string | undefined): Config {
  const settings = decode(ConfigSchema, raw);
  const cluster = { ...settings.cluster, node: settings.cluster.node ?? defaultNode() ?? 'fettle' };
  return { ...settings, models, cluster, ...(assets === undefined ? {} : { assets }) };
}

function placeOf(flaw: Flaw, raw: unknown, document: YamlFile, setBy: ReadonlyMap<string, string>): Problem {
  const variable = setBy.get(flaw.path.join('.')) ?? causeOf(flaw, raw, setBy);
  if (variable !== undefined) return { file: variable, path: formatPath(flaw.path), message: flaw.message };
  return document.problemAt(flaw.path, flaw.message, flaw.on);
}

/** What is missing beside an option that a variable has set is missing because of that variable. */
function causeOf({ path }: Flaw, raw: unknown, setBy: ReadonlyMap<string, string>): string | undefined {
  if (path.length < 2 || valueAt(raw, path) !== undefined) return undefined;
  const group = `${path.slice(0, -1).join('.')}.`;
  return [...setBy].find(([option]) => option.startsWith(group))?.[1];
}

function resolvePaths(raw: unknown, folder: string): void {
  for (const { path, value } of pathsIn(ConfigSchema, raw)) setAt(raw, path, resolve(folder, value));
}

function missingFiles(raw: unknown): Flaw[] {
  return pathsIn(ConfigSchema, raw).flatMap(({ path, kind, value }) => {
    if (kind === 'any') return [];
    const there = kind === 'file' ? isFile(value) : isFolder(value);
    return there ? [] : [{ path, message: `there is no ${kind} ${value}`, on: 'value' }];
  });
}

function stringAt(raw: unknown, key: string): string | undefined {
  const value = valueAt(raw, [key]);
  return typeof value === 'string' ? value : undefined;
}

function ifThere(file: string): string | undefined {
  return isFile(file) ? file : undefined;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
