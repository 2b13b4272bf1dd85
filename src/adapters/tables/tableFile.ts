/** Of a column: `instant` comes as ISO 8601 in UTC, `wall-time` as such without a zone; `other` can't be read. */
export type ColumnKind = 'text' | 'number' | 'boolean' | 'instant' | 'wall-time' | 'other';

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** What the file calls it. */
  readonly type: string;
}

export type Cell = string | number | boolean | null;

export type Row = readonly Cell[];

/** A line that is no row of the table. */
export interface MalformedLine {
  /** From 1; what goes over several counts as one. */
  readonly line: number;
  readonly reason: string;
  /** As far as 10,000 characters. */
  readonly text: string;
}

export interface ReadOptions {
  /** Rows before this one, from 0, are passed over. */
  readonly from: number;
  /** By the index of the column, how its texts are times; texts that are not of this form come as they are. */
  readonly timeFormats: ReadonlyMap<number, string>;
}

/** A file of rows that is read once, from its start to its end, however large it is. */
export interface TableFile {
  readonly columns: readonly TableColumn[];
  /** How many there are, where the file says. */
  readonly rows: number | undefined;
  /** In the order of the file, in pieces. Rejects with UnreadableTableError. */
  read(options: ReadOptions): AsyncIterable<readonly Row[]>;
  /** Once all is read: every line that was passed over. Rejects with UnreadableTableError when some are not known. */
  malformed(): Promise<readonly MalformedLine[]>;
  close(): void;
}

/** The file is not what it seems to be; the message says what was found. */
export class UnreadableTableError extends Error {
  override readonly name = 'UnreadableTableError';
}
