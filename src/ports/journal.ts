/** A place in a journal; opaque, ordered. */
export interface JournalPosition {
  readonly segment: number;
  readonly offset: number;
}

export interface JournalRecord {
  readonly data: Buffer;
  /** Where the record after this one starts: what to pass to `trim` once this one is done with. */
  readonly next: JournalPosition;
}

/** A bounded, durable first-in first-out log on the local disk. */
export interface Journal {
  /** Appends records; resolves when they are synced to disk. Rejects with JournalFullError when they do not fit. */
  append(records: readonly Uint8Array[]): Promise<void>;
  /** The oldest records not yet trimmed, at most `limit`. */
  read(limit: number): Promise<JournalRecord[]>;
  /** Forgets everything before the position, durably. */
  trim(to: JournalPosition): Promise<void>;
  /** Most bytes it holds. */
  readonly maxBytes: number;
  /** Records and bytes not yet trimmed. */
  pending(): { readonly records: number; readonly bytes: number };
  close(): Promise<void>;
}

/** The records do not fit. Trimming makes room. */
export class JournalFullError extends Error {
  override readonly name = 'JournalFullError';
}
