/** What is known of a segment file while the journal is open. */
export interface Segment {
  readonly number: number;
  /** Bytes of the file that are synced to disk; what may lie behind them does not count. */
  end: number;
  /** Sound records not yet trimmed. */
  records: number;
  /** What they take on disk. */
  bytes: number;
}
