import { NAMES, TICKET_NAMES } from './names.ts';
import type { DeskPreset, PresetCall, PresetList, PresetSelector, PresetStep } from './schema.ts';
import { templateProblems } from './template.ts';

type Path = readonly (string | number)[];

export interface PresetFlaw {
  readonly path: Path;
  readonly message: string;
}

/** Every mistake in the templates of a preset and in what its operations give; its structure is sound. */
export function lintPreset(preset: DeskPreset): PresetFlaw[] {
  const settings = Object.keys(preset.settings ?? {}).map((name) => `settings.${name}`);
  const lint = new Lint(settings);
  for (const [index, way] of preset.authentication.entries()) {
    if (way.kind === 'header') lint.template(way.value, ['authentication', index, 'value'], NAMES.token);
  }
  lint.map(preset.headers, ['headers'], NAMES.header);
  const created = lint.steps(preset.create.steps, ['create', 'steps'], NAMES.create, ['id']);
  if (preset.create.url !== undefined) lint.template(preset.create.url, ['create', 'url'], [...created, 'id']);
  lint.list(preset.find, ['find'], NAMES.find, ['id']);
  const read = lint.steps(preset.read.steps, ['read', 'steps'], NAMES.read, ['status']);
  if (preset.read.merged) lint.steps(preset.read.merged, ['read', 'merged'], read, ['into']);
  if (preset.comments) lint.list(preset.comments, ['comments'], NAMES.comments, ['id', 'text']);
  if (preset.changes) lint.list(preset.changes, ['changes'], NAMES.changes, ['id']);
  if (preset.mine) lint.list(preset.mine, ['mine'], NAMES.mine, ['id']);
  lint.steps(preset.update.steps, ['update', 'steps'], NAMES.update, []);
  lint.steps(preset.close.steps, ['close', 'steps'], NAMES.update, []);
  return [...lint.flaws, ...contradictions(preset)];
}

/** Mistakes in texts that an installation writes itself. */
export function lintTexts(texts: Readonly<Record<string, string | undefined>>, path: Path): PresetFlaw[] {
  const lint = new Lint([]);
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined) lint.template(text, [...path, name], NAMES.text);
  }
  return lint.flaws;
}

class Lint {
  readonly flaws: PresetFlaw[] = [];
  readonly #settings: readonly string[];

  constructor(settings: readonly string[]) {
    this.#settings = settings;
  }

  template(template: string, path: Path, names: readonly string[]): void {
    for (const message of templateProblems(template, new Set([...names, ...this.#settings]))) {
      this.flaws.push({ path, message: shorten(message) });
    }
  }

  map(map: Readonly<Record<string, string>> | undefined, path: Path, names: readonly string[]): void {
    for (const [key, template] of Object.entries(map ?? {})) this.template(template, [...path, key], names);
  }

  /** Each step knows what those before it gave; gives all names that are known after the last. */
  steps(steps: readonly PresetStep[], path: Path, names: readonly string[], needed: readonly string[]): string[] {
    let known = [...names];
    for (const [index, step] of steps.entries()) {
      const here = [...path, index];
      this.#call(step, here, known);
      if (step.when !== undefined) this.template(step.when, [...here, 'when'], known);
      this.#gives(step.gives, [...here, 'gives'], known);
      known = [...known, ...Object.keys(step.gives ?? {})];
    }
    const given = steps.flatMap((step) => Object.keys(step.gives ?? {}));
    this.#need(given, needed, path);
    return known;
  }

  list(list: PresetList, path: Path, names: readonly string[], needed: readonly string[]): void {
    this.#call(list, path, names);
    this.map(list.where, [...path, 'where'], names);
    this.#gives(list.gives, [...path, 'gives'], names);
    this.#need(Object.keys(list.gives), needed, [...path, 'gives']);
    const pages = JSON.stringify([list.query, list.body, list.path]).includes('page.');
    if (pages && list.size === undefined) {
      this.flaws.push({
        path: [...path, 'size'],
        message: 'is missing: the templates use page.…, so say how many entries a page has',
      });
    }
  }

  #call({ path: template, query, headers, body }: PresetCall, path: Path, names: readonly string[]): void {
    this.template(template, [...path, 'path'], names);
    this.map(query, [...path, 'query'], names);
    this.map(headers, [...path, 'headers'], names);
    this.#body(body, [...path, 'body'], names);
  }

  #body(value: unknown, path: Path, names: readonly string[]): void {
    if (typeof value === 'string') this.template(value, path, names);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const here = [...path, Array.isArray(value) ? Number(key) : key];
        this.template(key, here, names);
        this.#body(inner, here, names);
      }
    }
  }

  #gives(gives: Readonly<Record<string, PresetSelector>> | undefined, path: Path, names: readonly string[]): void {
    for (const [name, selector] of Object.entries(gives ?? {})) {
      if (typeof selector !== 'string') this.map(selector.where, [...path, name, 'where'], names);
    }
  }

  #need(given: readonly string[], needed: readonly string[], path: Path): void {
    for (const name of needed) {
      if (!given.includes(name)) this.flaws.push({ path, message: `must give ${name}` });
    }
  }
}

function contradictions(preset: DeskPreset): PresetFlaw[] {
  const flaws: PresetFlaw[] = [];
  const statuses = Object.values(preset.statuses);
  if (!statuses.some((status) => status === 'closed' || status === 'resolved')) {
    flaws.push({ path: ['statuses'], message: 'must say which status means closed or resolved' });
  }
  if (statuses.includes('merged') && !preset.read.merged) {
    flaws.push({
      path: ['read', 'merged'],
      message: 'is missing: a status means merged, so say how to learn where to',
    });
  }
  const once = [...preset.update.steps, ...preset.close.steps].some((step) => step.once);
  if (once && !preset.comments) {
    flaws.push({ path: ['comments'], message: 'is missing: a step is to be made once, which the comments tell' });
  }
  return flaws;
}

/** The properties of a ticket are many; the reference lists them. */
export function shorten(message: string): string {
  return message.replace(TICKET_NAMES.join(', '), 'ticket.… as the API shows it');
}
