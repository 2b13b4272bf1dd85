/** One small text in the data folder: whole, or as it was before. */
export interface Memo {
  /** For messages. */
  readonly place: string;
  /** Undefined when there is none yet. */
  read(): Promise<string | undefined>;
  /** Resolves when it is durable. */
  write(text: string): Promise<void>;
}
