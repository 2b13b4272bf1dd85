import { CONTRACT_ENDS } from '../domain/contractEnd.ts';
import { isValidId, WHOLE_ASSET } from '../domain/ids.ts';
import { INSTALLATION_UNKNOWN, STORM } from '../domain/model.ts';
import { duplicates } from './flaws.ts';
import { type Flaw, isMap } from './inspect.ts';
import { suggestion } from './nearest.ts';
import type { Path } from './problem.ts';
import { listAt, valueAt } from './values.ts';

/** A rule as written, where it stands and what it belongs to. */
export interface RuleEntry {
  readonly raw: unknown;
  readonly path: Path;
  readonly componentId: string;
  /** What its `failureMode` may be. */
  readonly failureModeIds: readonly string[];
}

/** Every rule of a model as written, those of components first. */
export function ruleEntries(model: unknown): RuleEntry[] {
  const components = listAt(model, ['components']).flatMap((component, index) => {
    const id = valueAt(component, ['id']);
    return rulesOf(component, ['components', index], typeof id === 'string' ? id : '');
  });
  return [...components, ...rulesOf(valueAt(model, ['asset']), ['asset'], WHOLE_ASSET)];
}

function rulesOf(owner: unknown, path: Path, componentId: string): RuleEntry[] {
  const failureModeIds = listAt(owner, ['failureModes']).map((mode) => String(valueAt(mode, ['id'])));
  return listAt(owner, ['rules']).map((raw, index) => ({
    raw,
    path: [...path, 'rules', index],
    componentId,
    failureModeIds,
  }));
}

/** What the schema of a metric can't say. */
export function metricFlaws(model: unknown): Flaw[] {
  const metrics = listAt(model, ['metrics']);
  return [
    ...duplicates(metrics, 'id', ['metrics']),
    ...metrics.flatMap((metric, index) => [
      ...rangeFlaws(metric, ['metrics', index, 'range']),
      ...codeFlaws(metric, ['metrics', index, 'codes']),
      ...textFlaws(metric, ['metrics', index, 'texts']),
    ]),
  ];
}

function rangeFlaws(metric: unknown, path: Path): Flaw[] {
  const [low, high] = listAt(metric, ['range']);
  if (typeof low !== 'number' || typeof high !== 'number' || low < high) return [];
  return [flaw(path, `must go up, from the lowest to the highest value, not from ${low} to ${high}`)];
}

function codeFlaws(metric: unknown, path: Path): Flaw[] {
  const codes = valueAt(metric, ['codes']);
  if (!isMap(codes)) return [];
  const symbols = new Map<unknown, string>();
  return Object.entries(codes).flatMap(([symbol, code]) => {
    const other = symbols.get(code);
    symbols.set(code, other ?? symbol);
    return other === undefined
      ? []
      : [flaw([...path, symbol], `code ${code} belongs to '${other}' already; each symbol needs its own`)];
  });
}

function textFlaws(metric: unknown, path: Path): Flaw[] {
  const [codes, texts] = [valueAt(metric, ['codes']), valueAt(metric, ['texts'])];
  if (!isMap(codes) || !isMap(texts)) return [];
  return Object.keys(texts)
    .filter((symbol) => !Object.hasOwn(codes, symbol))
    .map((symbol) => flaw([...path, symbol], `is none of the codes: ${Object.keys(codes).join(', ')}`));
}

/** Ids used twice, and the reserved ones. */
export function componentFlaws(model: unknown): Flaw[] {
  const components = listAt(model, ['components']);
  const reserved = components.flatMap((component, index) => {
    if (valueAt(component, ['id']) !== WHOLE_ASSET) return [];
    return [
      flaw(
        ['components', index, 'id'],
        `'${WHOLE_ASSET}' stands for the asset as a whole; name the component otherwise`,
      ),
    ];
  });
  const modes = components.flatMap((component, index) =>
    duplicates(listAt(component, ['failureModes']), 'id', ['components', index, 'failureModes']),
  );
  return [
    ...duplicates(components, 'id', ['components']),
    ...reserved,
    ...modes,
    ...duplicates(listAt(model, ['asset', 'failureModes']), 'id', ['asset', 'failureModes']),
    ...reservedModes(model),
  ];
}

function reservedModes(model: unknown): Flaw[] {
  return listAt(model, ['asset', 'failureModes']).flatMap((mode, at) => {
    const id = valueAt(mode, ['id']);
    if (id !== INSTALLATION_UNKNOWN.id && id !== STORM.id && id !== CONTRACT_ENDS.id) return [];
    return [flaw(['asset', 'failureModes', at, 'id'], `'${id}' is Fettle's own; name the failure mode otherwise`)];
  });
}

/** What the schema of a rule can't say, apart from what its kind checks. */
export function ruleFlaws(entries: readonly RuleEntry[]): Flaw[] {
  const seen = new Set<unknown>();
  return entries.flatMap((entry) => {
    const id = valueAt(entry.raw, ['id']);
    const twice = id !== undefined && seen.has(id);
    seen.add(id);
    const repeated = twice
      ? [flaw([...entry.path, 'id'], `'${id}' is there twice; each rule of a model must have its own`)]
      : [];
    return [...repeated, ...failureModeFlaws(entry), ...siteFlaws(entry)];
  });
}

function failureModeFlaws({ raw, path, componentId, failureModeIds }: RuleEntry): Flaw[] {
  const id = valueAt(raw, ['failureMode']);
  if (typeof id !== 'string' || failureModeIds.includes(id)) return [];
  const owner = componentId === WHOLE_ASSET ? 'the asset as a whole' : `component '${componentId}'`;
  return [flaw([...path, 'failureMode'], `${owner} has no failure mode '${id}'${suggestion(id, failureModeIds)}`)];
}

function siteFlaws({ raw, path }: RuleEntry): Flaw[] {
  const sites = valueAt(raw, ['mode', 'sites']);
  if (!isMap(sites)) return [];
  return Object.keys(sites).flatMap((site) => {
    if (site !== 'default' && isValidId(site)) return [];
    return [
      { path: [...path, 'mode', 'sites', site], message: `'${site}' can't be the id of a site`, on: 'key' as const },
    ];
  });
}

function flaw(path: Path, message: string): Flaw {
  return { path, message, on: 'value' };
}
