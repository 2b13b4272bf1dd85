import { Liquid, type Template } from 'liquidjs';
import type { DeskPreset } from './schema.ts';

const LIMITS = { parseLimit: 1e5, renderLimit: 1000, memoryLimit: 1e7 };
const STRICT = { ...LIMITS, strictFilters: true, ownPropertyOnly: true, relativeReference: false, templates: {} };

type Words = NonNullable<DeskPreset['words']>;

/** Values by the name that templates know them by. */
export type Scope = Readonly<Record<string, unknown>>;

/**
 * Renders the templates of one preset, each compiled once. What a template names and is not there comes out empty:
 * which names there are is checked when the preset is read.
 */
export class Templates {
  readonly #plain: Liquid;
  readonly #encoded: Liquid;
  readonly #compiled = new Map<string, Template[]>();

  constructor(words: Words = {}) {
    this.#plain = engine(words);
    this.#encoded = engine(words, encodeURIComponent as (value: unknown) => string);
  }

  render(template: string, scope: Scope): string {
    return this.#render(this.#plain, `plain ${template}`, template, scope);
  }

  /** As {@link render}, with the values percent-encoded and the template's own text as it is. */
  renderPath(template: string, scope: Scope): string {
    return this.#render(this.#encoded, `path ${template}`, template, scope);
  }

  /** A structure with each text and key in it rendered; keys that end in ? go without it, or go where their value is empty. */
  renderAll(value: unknown, scope: Scope): unknown {
    if (typeof value === 'string') return this.render(value, scope);
    if (Array.isArray(value)) return value.map((item) => this.renderAll(item, scope));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).flatMap(([key, inner]) => {
      const rendered = this.renderAll(inner, scope);
      const isOptional = key.endsWith('?');
      const name = this.render(isOptional ? key.slice(0, -1) : key, scope);
      return name === '' || (isOptional && isEmpty(rendered)) ? [] : [[name, rendered] as const];
    });
    return Object.fromEntries(entries);
  }

  /** The values of a map by key; those that come out empty are left out. */
  renderMap(map: Readonly<Record<string, string>> | undefined, scope: Scope): [string, string][] {
    const rendered = Object.entries(map ?? {}).map(([key, template]) => [key, this.render(template, scope)] as const);
    return rendered.filter(([, value]) => value !== '').map(([key, value]) => [key, value]);
  }

  #render(liquid: Liquid, key: string, template: string, scope: Scope): string {
    const compiled = this.#compiled.get(key) ?? liquid.parse(template);
    this.#compiled.set(key, compiled);
    return String(liquid.renderSync(compiled, scope)).trim();
  }
}

/** What is wrong with a template where only these names are known; nested ones are given by their dotted path. */
export function templateProblems(template: string, known: ReadonlySet<string>): string[] {
  const liquid = engine({});
  try {
    liquid.renderSync(liquid.parse(template), {});
    const unknown = liquid
      .globalVariableSegmentsSync(template)
      .map((segments) => segments.map(String))
      .filter((segments) => !isKnown(segments, known))
      .map((segments) => segments.join('.'));
    return [...new Set(unknown)].map((name) => `knows no '${name}'; it may use ${[...known].join(', ')}`);
  } catch (error) {
    return [`is no valid Liquid template: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** A known name stands for all that is in it, unless names in it are known. */
function isKnown([root = '', second]: readonly string[], known: ReadonlySet<string>): boolean {
  const isOpen = known.has(root);
  const inner = [...known].some((name) => name.startsWith(`${root}.`));
  if (second === undefined) return isOpen || inner;
  return inner ? known.has(`${root}.${second}`) : isOpen;
}

function engine(words: Words, encode?: (value: unknown) => string): Liquid {
  const liquid = new Liquid({ ...STRICT, ...(encode && { outputEscape: encode }) });
  liquid.registerFilter('word', (value: unknown, kind: keyof Words) => words[kind]?.[String(value)] ?? '');
  liquid.registerFilter('quoted', (value: unknown) => String(value ?? '').replaceAll(/["'\\]/g, ''));
  return liquid;
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
