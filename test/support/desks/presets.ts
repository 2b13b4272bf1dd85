import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DeskPreset } from '../../../src/presets/schema.ts';

/** A preset as it is shipped. */
export function shippedPreset(name: string): DeskPreset {
  return parse(readFileSync(new URL(`../../../desks/${name}.yaml`, import.meta.url), 'utf8')) as DeskPreset;
}

/** The preset with pages of two entries. */
export function inPagesOfTwo(preset: DeskPreset): DeskPreset {
  const { find, comments, changes } = preset;
  return {
    ...preset,
    find: { ...find, ...(find.size && { size: 2 }) },
    ...(comments && { comments: { ...comments, ...(comments.size && { size: 2 }) } }),
    ...(changes && { changes: { ...changes, ...(changes.size && { size: 2 }) } }),
  };
}
