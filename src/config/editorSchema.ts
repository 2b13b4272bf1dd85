import type { TSchema } from 'typebox';

/** Keywords that are Fettle's own, see fields.ts. */
const OWN = ['form', 'secret', 'path'];

/**
 * The schema as editors need it (JSON Schema draft 7): what has a default need not be written, or may stand
 * there without a value. Ends with a newline.
 */
export function editorSchema(schema: TSchema): string {
  const plain: unknown = JSON.parse(JSON.stringify(schema));
  const body = relax(plain) as object;
  return `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...body }, null, 2)}\n`;
}

function relax(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relax);
  if (typeof node !== 'object' || node === null) return node;
  const { properties, required, ...rest } = node as Record<string, unknown>;
  const inner = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => !OWN.includes(key))
      .map(([key, value]) => [key, key === 'default' ? value : relax(value)]),
  );
  if (typeof properties !== 'object' || properties === null) return inner;
  const options = Object.entries(properties as Record<string, Record<string, unknown>>).map(([key, option]) => ({
    key,
    needed: Array.isArray(required) && required.includes(key) && !('default' in option),
    schema: relax(option) as Record<string, unknown>,
  }));
  const needed = options.filter((option) => option.needed).map((option) => option.key);
  return {
    ...inner,
    properties: Object.fromEntries(options.map(({ key, needed, schema }) => [key, needed ? schema : orEmpty(schema)])),
    ...(needed.length > 0 ? { required: needed } : {}),
  };
}

/** An option that is not needed may stand there without a value. */
function orEmpty(schema: Record<string, unknown>): Record<string, unknown> {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (Array.isArray(schema.enum)) return { ...schema, enum: [...schema.enum, null] };
  return { ...schema, type: [schema.type, 'null'] };
}
