/** A command can't do what was asked; the message is for the person who asked, without a stack. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The configuration can't be used; the message has every mistake. */
export class ConfigurationError extends CommandError {
  override readonly name = 'ConfigurationError';
}
