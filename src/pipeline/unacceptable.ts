import { UnacceptableError } from '../errors.ts';

/** For one field, by its JSON pointer. */
export function unacceptable(path: string, message: string): UnacceptableError {
  return new UnacceptableError(message, [{ path, message }]);
}
