import { monotonicFactory } from 'ulid';

/** A new ULID for a time in epoch milliseconds; later ones of a process sort after earlier ones of the same millisecond. */
export const newId: (time?: number) => string = monotonicFactory();
