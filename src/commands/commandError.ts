/** A command can't do what was asked; the message is for the person who asked, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
