import { Value } from 'typebox/value';
import { EXAMPLE_VALUES, OMITTED } from './exampleValues.ts';

/** A JSON schema as it stands in the document. */
export interface DocumentSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, DocumentSchema>>;
  readonly patternProperties?: Readonly<Record<string, DocumentSchema>>;
  readonly additionalProperties?: boolean | DocumentSchema;
  readonly items?: DocumentSchema;
  readonly minItems?: number;
  readonly anyOf?: readonly DocumentSchema[];
  readonly oneOf?: readonly DocumentSchema[];
  readonly allOf?: readonly DocumentSchema[];
}

const TIME = '2026-03-02T08:00:00.000Z';
const DEEPEST = 12;

/** Stands where {@link EXAMPLE_VALUES} has nothing of that name. */
export const UNKNOWN_TEXT = '…';

/**
 * Makes examples out of schemas: what they give themselves, else what fields of that name hold ({@link EXAMPLE_VALUES}),
 * else the first of the words allowed. A text of which nothing says
 * what it holds is {@link UNKNOWN_TEXT}.
 */
export class Examples {
  readonly #schemas: Readonly<Record<string, DocumentSchema>>;
  readonly #whole: Readonly<Record<string, unknown>>;

  /** @param whole examples of named schemas, made elsewhere */
  constructor(schemas: Readonly<Record<string, DocumentSchema>>, whole: Readonly<Record<string, unknown>>) {
    this.#schemas = schemas;
    this.#whole = whole;
  }

  /** @param within what it stands in, the outermost first: the operation, named schemas, fields */
  of(schema: DocumentSchema, name: string, within: readonly string[]): unknown {
    if (schema.$ref !== undefined) {
      const id = schema.$ref.split('/').at(-1)!;
      return this.#whole[id] ?? this.of(this.#schemas[id] ?? {}, name, [...within, id]);
    }
    const known = this.#known(schema, name, within, true);
    if (known !== undefined) return known;
    if (schema.examples?.[0] !== undefined && schema.format !== 'date-time') return schema.examples[0];
    if (schema.example !== undefined) return schema.example;
    if (schema.const !== undefined) return schema.const;
    return this.#known(schema, name, within, false) ?? schema.enum?.[0] ?? this.#made(schema, name, within);
  }

  /** Undefined where the table says nothing of the name that fits, or nothing of it in that place. */
  #known(schema: DocumentSchema, name: string, within: readonly string[], inPlace: boolean): unknown {
    const places = inPlace ? within.map((place) => `${place}.${name}`).reverse() : [name];
    return places.flatMap((place) => EXAMPLE_VALUES[place] ?? []).find((value) => Value.Check(schemaOf(schema), value));
  }

  #made(schema: DocumentSchema, name: string, within: readonly string[]): unknown {
    const variant = schema.anyOf?.[0] ?? schema.oneOf?.[0];
    if (variant) return this.of(variant, name, within);
    const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
    if (type === 'object' || schema.properties)
      return within.length > DEEPEST ? {} : this.#object(schema, name, within);
    if (type === 'array') return [this.of(schema.items ?? {}, singular(name), within)];
    if (schema.default !== undefined) return schema.default;
    if (schema.format === 'date-time') return TIME;
    if (type === 'boolean') return true;
    if (type === 'integer' || type === 'number') return numberOf(schema);
    return type === 'string' ? UNKNOWN_TEXT : {};
  }

  #object(
    { properties = {}, patternProperties, additionalProperties }: DocumentSchema,
    name: string,
    within: readonly string[],
  ) {
    const here = name === '' ? within : [...within, name];
    const shown = Object.entries(properties).filter(([key]) => !here.some((place) => OMITTED.has(`${place}.${key}`)));
    if (shown.length > 0) return Object.fromEntries(shown.map(([key, inner]) => [key, this.of(inner, key, here)]));
    const open = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const inner = open ?? Object.values(patternProperties ?? {})[0];
    return inner ? { [KEYS[name] ?? 'default']: this.of(inner, singular(name), here) } : {};
  }
}

/** What maps of this name are by. */
const KEYS: Readonly<Record<string, string>> = {
  components: 'oil',
  values: 'oil-temperature',
  codes: 'stopped',
  params: 'life',
};

function singular(name: string): string {
  return name.endsWith('s') ? name.slice(0, -1) : name;
}

function numberOf({ minimum, exclusiveMinimum, maximum }: DocumentSchema): number {
  const least = minimum ?? (exclusiveMinimum === undefined ? 1 : exclusiveMinimum + 1);
  return Math.min(Math.max(1, least), maximum ?? Number.POSITIVE_INFINITY);
}

/** For the check of a value, without what only the document has. */
function schemaOf(schema: DocumentSchema) {
  return schema as Parameters<typeof Value.Check>[0];
}
