import Type, { type TSchema } from 'typebox';

/** An option that holds one value. */
export interface Leaf {
  readonly path: readonly string[];
  readonly schema: TSchema;
}

/** The scalars of a schema in the order written; what stands in lists and free maps has no fixed path and is left out. */
export function leaves(schema: TSchema, path: readonly string[] = []): Leaf[] {
  if (Type.IsObject(schema)) {
    return Object.entries(schema.properties).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  }
  if (Type.IsUnion(schema) && schema.anyOf.every((branch) => Type.IsObject(branch))) {
    return distinct(schema.anyOf.flatMap((branch) => leaves(branch, path)));
  }
  return Type.IsArray(schema) || Type.IsRecord(schema) ? [] : [{ path, schema }];
}

function distinct(all: readonly Leaf[]): Leaf[] {
  return [...new Map(all.map((leaf) => [leaf.path.join('.'), leaf])).values()];
}
