/** As much of a JSON schema as completion looks at. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

export interface Suggestion {
  readonly label: string;
  readonly kind: 'key' | 'value';
  readonly about?: string;
}

interface Line {
  /** Where the first dash stands, and where the key. */
  readonly dash: number | undefined;
  readonly column: number;
  readonly key: string | undefined;
  readonly value: string;
}

const LINE = /^(\s*)((?:-\s+)*)(?:([\w-]+):(?:\s+(.*)|$)|(.*))/;

function read(text: string): Line | undefined {
  if (/^\s*(#|$)/.test(text)) return undefined;
  const [, indent = '', dashes = '', key, value = '', rest] = LINE.exec(text) ?? [];
  const column = indent.length + dashes.length;
  return { dash: dashes === '' ? undefined : indent.length, column, key, value: (key ? value : (rest ?? '')).trim() };
}

/**
 * What may stand at the end of `before` in a YAML document of this schema, in block style; `after` are the lines below,
 * in which the siblings of a key stand too. Gives the word that is begun.
 */
export function suggest(
  before: string,
  after: string,
  schema: Schema,
): { readonly word: string; readonly options: readonly Suggestion[] } | undefined {
  const lines = before.split('\n');
  const typed = lines.pop() ?? '';
  const [, indent, dashes, word] = /^(\s*)((?:-\s+)*)([\w-]*)$/.exec(typed) ?? [];
  if (indent !== undefined && dashes !== undefined && word !== undefined) {
    const here = { dash: dashes === '' ? undefined : indent.length, column: indent.length + dashes.length };
    const { path, siblings } = placeOf(lines, after.split('\n'), here);
    const options = keysOf(resolve(schema, path, siblings), siblings);
    return { word, options };
  }
  const [, before1, dashes1, key, value] = /^(\s*)((?:-\s+)*)([\w-]+):\s+([\w.-]*)$/.exec(typed) ?? [];
  if (key === undefined || value === undefined || before1 === undefined || dashes1 === undefined) return undefined;
  const here = { dash: dashes1 === '' ? undefined : before1.length, column: before1.length + dashes1.length };
  const { path, siblings } = placeOf(lines, after.split('\n'), here);
  // While the kind itself is chosen, none is given yet.
  const known = key === 'kind' ? new Map<string, string>() : siblings;
  return { word: value, options: valuesOf(resolve(schema, [...path, key], known)) };
}

/** The way to a line through keys and lists ([]), and the keys beside it. */
function placeOf(above: readonly string[], below: readonly string[], here: Pick<Line, 'dash' | 'column'>) {
  const path: string[] = [];
  const siblings = new Map<string, string>();
  let { column, dash } = here;
  let isOwn = true;
  for (let at = above.length - 1; at >= 0; at--) {
    const line = read(above[at]!);
    if (!line) continue;
    if (dash !== undefined) {
      // The key that has the list: further out, or at the dash itself.
      if (line.column > dash || line.key === undefined || (line.column === dash && line.dash !== undefined)) continue;
      if (line.dash !== undefined && line.dash >= dash) continue;
      path.unshift(line.key, '[]');
    } else if (line.column === column) {
      if (isOwn && line.key !== undefined) siblings.set(line.key, line.value);
      dash = line.dash;
      if (dash !== undefined) isOwn = false;
      continue;
    } else if (line.column < column && line.key !== undefined) {
      path.unshift(line.key);
    } else continue;
    isOwn = false;
    column = line.column;
    dash = line.dash;
  }
  for (const text of below.slice(1)) {
    const line = read(text);
    if (!line) continue;
    if (line.column < here.column || (line.column === here.column && line.dash !== undefined)) break;
    if (line.column === here.column && line.key !== undefined) siblings.set(line.key, line.value);
  }
  return { path, siblings };
}

function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf ? schema.anyOf.flatMap(alternatives) : [schema];
}

/** All that may stand at the path; of kinds of rules the one that the keys beside it name. */
function resolve(schema: Schema, path: readonly string[], siblings: ReadonlyMap<string, string>): readonly Schema[] {
  let found = alternatives(schema);
  for (const step of path) {
    const ofKind = step === path.at(-1) && step !== '[]' ? narrowed(found, siblings) : found;
    found = ofKind.flatMap((one) => {
      const next = step === '[]' ? itemsOf(one) : one.properties?.[step];
      return next ? alternatives(next) : [];
    });
  }
  return narrowed(found, siblings);
}

function itemsOf({ items }: Schema): Schema | undefined {
  return Array.isArray(items) ? (items[0] as Schema | undefined) : (items as Schema | undefined);
}

function narrowed(schemas: readonly Schema[], siblings: ReadonlyMap<string, string>): readonly Schema[] {
  const kind = siblings.get('kind');
  const fitting = schemas.filter((one) => one.properties?.kind?.const === kind);
  return kind === undefined || fitting.length === 0 ? schemas : fitting;
}

function keysOf(schemas: readonly Schema[], siblings: ReadonlyMap<string, string>): Suggestion[] {
  const keys = new Map<string, Suggestion>();
  for (const { properties = {} } of schemas) {
    for (const [label, { description }] of Object.entries(properties)) {
      if (siblings.has(label) || keys.has(label)) continue;
      keys.set(label, { label, kind: 'key', ...(description !== undefined && { about: description }) });
    }
  }
  return [...keys.values()];
}

function valuesOf(schemas: readonly Schema[]): Suggestion[] {
  const values = new Map<string, Suggestion>();
  for (const one of schemas) {
    const given = one.enum ?? (one.const !== undefined ? [one.const] : isBoolean(one) ? [true, false] : []);
    for (const value of given) {
      if (value === null) continue;
      const about = one.description;
      values.set(`${value}`, { label: `${value}`, kind: 'value', ...(about !== undefined && { about }) });
    }
  }
  return [...values.values()];
}

function isBoolean({ type }: Schema): boolean {
  return type === 'boolean' || (Array.isArray(type) && type.includes('boolean'));
}
