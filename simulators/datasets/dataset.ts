/** One message of a device: what it measured at one of its timestamps. */
export interface Reading {
  readonly asset: string;
  /** Device time in epoch ms. */
  readonly time: number;
  /** By metric id of the asset model; numbers are finite. */
  readonly values: Readonly<Record<string, number | string>>;
}

/** What a technician entered: a component was replaced. Tickets of that component are closed with it. */
export interface Replacement {
  readonly asset: string;
  readonly time: number;
  readonly replaced: string;
}

export type Item = Reading | Replacement;

export interface Device {
  readonly asset: string;
  /** Id of its asset model where the set has several. */
  readonly model?: string;
  /** By component id: when it was new, and what its usage counter stood at then. */
  readonly installed?: Readonly<Record<string, { readonly time: number; readonly reading?: number }>>;
}

/** A public data set as devices would have sent it. Labels and what could tell them are not in it. */
export interface DataSet {
  /** What was read. */
  readonly files: readonly string[];
  readonly devices: readonly Device[];
  /** In order of device time. */
  readonly items: readonly Item[];
}

/** A file of a data set that can't be read: the message names file, line and what would be valid. */
export class DataSetError extends Error {
  override readonly name = 'DataSetError';
}

export function isReplacement(item: Item): item is Replacement {
  return 'replaced' in item;
}

/** Orders items by device time, a replacement before what was measured at that moment, else as they were. */
export function inOrderOfTime(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.time - b.time || Number(isReplacement(b)) - Number(isReplacement(a)));
}
