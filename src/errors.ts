/** Something named does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** What was asked for contradicts the present state; the message says what would be possible. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** A part that is needed does not answer; the same request may succeed later. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  /** Such as `database`. The message has the reason too, with addresses that are nobody else's business. */
  readonly part: string;

  constructor(part: string, cause: unknown) {
    super(`the ${part} does not answer: ${reasonOf(cause)}`, { cause });
    this.part = part;
  }
}

/** The error for a part that failed while it was asked: its own, where it says itself that it does not answer. */
export function unavailable(part: string, cause: unknown): UnavailableError {
  return cause instanceof UnavailableError ? cause : new UnavailableError(part, cause);
}

/** Failed attempts at several addresses come as one error without a message. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}

/** A server has to be set up or changed before Fettle can use it; the message says what and by whom. */
export class SetupError extends Error {
  override readonly name: string = 'SetupError';
}

/** What is wrong with one field; where that is a text of several lines, at which. */
export interface UnacceptableField {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** Well-formed, but not acceptable. */
export class UnacceptableError extends Error {
  override readonly name = 'UnacceptableError';
  readonly problems: readonly UnacceptableField[];

  constructor(message: string, problems: readonly UnacceptableField[] = []) {
    super(message);
    this.problems = problems;
  }
}
