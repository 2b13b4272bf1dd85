/** The folder of the store is open already, in this process or another one. DuckDB files belong to one process. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';
}

/** A file in the folder of the store is damaged, missing or of a form this version does not know. */
export class StoreFileError extends Error {
  override readonly name = 'StoreFileError';
}

/** The thread that runs DuckDB ended before it was told to; the store needs to be opened anew. */
export class StoreWorkerError extends Error {
  override readonly name = 'StoreWorkerError';
}

/** An error as it crosses from the worker, where the class would get lost. */
export interface ErrorMessage {
  readonly name: string;
  readonly message: string;
}

const CLASSES = { StoreInUseError, StoreFileError, RangeError } as const;

export function toErrorMessage(error: unknown): ErrorMessage {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

export function fromErrorMessage({ name, message }: ErrorMessage): Error {
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name as keyof typeof CLASSES] : Error;
  return new known(message);
}
