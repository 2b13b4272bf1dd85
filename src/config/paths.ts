import Type, { type TSchema } from 'typebox';
import { type PathKind, pathKind } from './fields.ts';
import { leaves } from './leaves.ts';
import type { Path } from './problem.ts';
import { listAt, valueAt } from './values.ts';

/** A path that the configuration names, as written. */
export interface NamedPath {
  /** Where it stands. */
  readonly path: Path;
  readonly kind: PathKind;
  readonly value: string;
}

/** Every path that is written in the values of a schema, in the entries of lists of maps too. */
export function pathsIn(schema: TSchema, raw: unknown): NamedPath[] {
  const here = leaves(schema).flatMap(({ path, schema: leaf }) => named(pathKind(leaf), raw, path));
  return [...here, ...listsIn(schema).flatMap(({ path, items }) => entries(path, items, raw))];
}

function named(kind: PathKind | undefined, raw: unknown, path: Path): NamedPath[] {
  const value = valueAt(raw, path);
  return kind === undefined || typeof value !== 'string' || value === '' ? [] : [{ path, kind, value }];
}

function entries(list: Path, items: TSchema, raw: unknown): NamedPath[] {
  return listAt(raw, list).flatMap((entry, index) =>
    pathsIn(items, entry).map((inner) => ({ ...inner, path: [...list, index, ...inner.path] })),
  );
}

function listsIn(schema: TSchema, path: readonly string[] = []): { path: readonly string[]; items: TSchema }[] {
  if (Type.IsArray(schema)) return Type.IsObject(schema.items) ? [{ path, items: schema.items }] : [];
  if (!Type.IsObject(schema)) return [];
  return Object.entries(schema.properties).flatMap(([key, inner]) => listsIn(inner, [...path, key]));
}
