import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lintPreset, lintTexts } from '../presets/lint.ts';
import { type DeskPreset, PresetSchema } from '../presets/schema.ts';
import { complete } from './complete.ts';
import { flaw } from './flaws.ts';
import { type Flaw, inspect, isMap } from './inspect.ts';
import { shippedDesks } from './installation.ts';
import { suggestion } from './nearest.ts';
import type { Problem } from './problem.ts';
import { valueAt } from './values.ts';
import { parseYaml } from './yamlFile.ts';

const OVERRIDES = ['desk', 'overrides'];

/** What was found of the desk's preset: it, where all is sound, mistakes in its file and mistakes in the configuration. */
export interface ExaminedDesk {
  readonly preset?: DeskPreset;
  readonly problems: readonly Problem[];
  readonly flaws: readonly Flaw[];
}

/** Reads the preset that the configuration names, lays its overrides over it and checks both together. */
export function examineDesk(config: unknown, folder: string): ExaminedDesk {
  const name = valueAt(config, ['desk', 'preset']);
  if (valueAt(config, ['desk', 'kind']) !== 'rest' || typeof name !== 'string') return { problems: [], flaws: [] };
  const file = fileOf(name, folder);
  if (file === undefined) return { problems: [], flaws: [flaw(['desk', 'preset'], unknownPreset(name))] };
  const overrides = valueAt(config, OVERRIDES);
  const { preset, problems, flaws } = parsePreset(readFileSync(file, 'utf8'), file, isMap(overrides) ? overrides : {});
  const all = [...flaws, ...(preset ? installationFlaws(config, preset) : [])];
  return { problems, flaws: all, ...(preset && all.length + problems.length === 0 ? { preset } : {}) };
}

/** Checks a preset; every mistake at once. Flaws are those that the overrides make, by their place in the configuration. */
export function parsePreset(
  text: string,
  file: string,
  overrides: Readonly<Record<string, unknown>> = {},
): ExaminedDesk {
  const document = parseYaml(text, file);
  if (document.value === undefined) return { problems: document.problems, flaws: [] };
  const raw = complete(PresetSchema, lay(overrides, document.value ?? {}));
  const structural = inspect(PresetSchema, raw);
  const all: readonly Flaw[] =
    structural.length > 0 ? structural : lintPreset(raw as DeskPreset).map(({ path, message }) => flaw(path, message));
  const isOverridden = ({ path }: Flaw) => path.length > 0 && valueAt(overrides, path) !== undefined;
  const flaws = all
    .filter(isOverridden)
    .map(({ path, message, on }) => ({ path: [...OVERRIDES, ...path], message, on }));
  const problems = all
    .filter((found) => !isOverridden(found))
    .map(({ path, message, on }) => document.problemAt(path, message, on));
  return {
    problems: [...document.problems, ...problems],
    flaws,
    ...(all.length === 0 && { preset: raw as DeskPreset }),
  };
}

/** The presets that come with Fettle, by name. */
export function presetNames(): string[] {
  const files = readdirSync(shippedDesks()).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => name.slice(0, -'.yaml'.length)).sort();
}

function fileOf(name: string, folder: string): string | undefined {
  const file = /\.ya?ml$/.test(name) ? resolve(folder, name) : join(shippedDesks(), `${name}.yaml`);
  return /^[\w.-]+$/.test(name) || /\.ya?ml$/.test(name) ? (existsSync(file) ? file : undefined) : undefined;
}

function unknownPreset(name: string): string {
  if (/\.ya?ml$/.test(name)) return `there is no file ${name}`;
  return `there is no preset '${name}'${suggestion(name, presetNames())}; or the path of a file that ends in .yaml`;
}

/** Lays `over` over `value`, map by map; null takes out. */
function lay(over: unknown, value: unknown): unknown {
  if (!isMap(over) || !isMap(value)) return over;
  const laid: Record<string, unknown> = { ...value };
  for (const [key, inner] of Object.entries(over)) {
    if (inner === null) delete laid[key];
    else laid[key] = key in laid ? lay(inner, laid[key]) : inner;
  }
  return laid;
}

/** What the installation has to say beyond the preset: settings, credentials and texts. */
function installationFlaws(config: unknown, preset: DeskPreset): Flaw[] {
  const given = valueAt(config, ['desk', 'settings']);
  const texts = valueAt(config, ['desk', 'texts']);
  return [
    ...settingFlaws(isMap(given) ? given : {}, preset),
    ...loginFlaws(config, preset),
    ...(isMap(texts) ? textFlaws(texts) : []),
  ];
}

function settingFlaws(given: Readonly<Record<string, unknown>>, { settings = {}, id }: DeskPreset): Flaw[] {
  const unknown = Object.keys(given)
    .filter((name) => !(name in settings))
    .map(
      (name): Flaw => ({
        path: ['desk', 'settings', name],
        message: `the preset ${id} has no setting '${name}'${suggestion(name, Object.keys(settings))}`,
        on: 'key',
      }),
    );
  const missing = Object.entries(settings)
    .filter(([name, setting]) => setting.default === undefined && given[name] === undefined)
    .map(([name, { description }]) => flaw(['desk', 'settings', name], `is missing: ${description}`));
  return [...unknown, ...missing];
}

function loginFlaws(config: unknown, { authentication, id }: DeskPreset): Flaw[] {
  const has = (name: string) => valueAt(config, ['desk', name]) !== undefined;
  const ways = authentication.map(({ kind }) => kind);
  const possible = ways.some((way) => {
    if (way === 'none') return true;
    return way === 'header' ? has('token') : has('username') && has('password');
  });
  if (possible) return [];
  const wanted = ways.map((way) => (way === 'header' ? 'desk.token' : 'desk.username and desk.password'));
  return [flaw(['desk'], `lacks credentials: the preset ${id} needs ${wanted.join(', or ')}`)];
}

function textFlaws(texts: Readonly<Record<string, unknown>>): Flaw[] {
  const written = Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return lintTexts(Object.fromEntries(written), ['desk', 'texts']).map(({ path, message }) => flaw(path, message));
}
