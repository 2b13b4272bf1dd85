import type { DuckDBConnection } from '@duckdb/node-api';
import { type MalformedLine, UnreadableTableError } from './tableFile.ts';

/** What DuckDB notes of lines that are no rows; a line without two of its columns is noted twice. */
export const MOST_REJECTS = 20_000;

/** Reasons for which no other line is passed over than the one that is noted. */
const OF_ONE_LINE = ['MISSING COLUMNS', 'TOO MANY COLUMNS', 'CAST', 'INVALID ENCODING'];
const SHOWN_CHARACTERS = 80;

/**
 * The lines that the only read of a CSV file passed over. Rejects with UnreadableTableError when there may be others that
 * were not noted: a quote that is never closed hides what stands behind it.
 */
export async function readRejects(file: string, connection: DuckDBConnection): Promise<MalformedLine[]> {
  const rowsOf = async (sql: string) => (await connection.run(sql)).getRows();
  const known = OF_ONE_LINE.map((type) => `'${type}'`).join(', ');
  const [hiding] = await rowsOf(
    `SELECT line, error_message, csv_line FROM reject_errors WHERE error_type::VARCHAR NOT IN (${known}) ORDER BY line LIMIT 1`,
  );
  if (hiding) throw new UnreadableTableError(hides(file, lineOf(hiding)));
  const rows = await rowsOf(
    'SELECT line, any_value(error_message), any_value(csv_line), count(*) FROM reject_errors GROUP BY line ORDER BY line',
  );
  const lines = rows.map(lineOf);
  const noted = rows.reduce((sum, [, , , count]) => sum + Number(count), 0);
  if (noted >= MOST_REJECTS) throw new UnreadableTableError(tooMany(file, lines));
  return lines;
}

function lineOf([line, reason, text]: readonly unknown[]): MalformedLine {
  return { line: Number(line), reason: String(reason), text: String(text ?? '').trim() };
}

function hides(file: string, { line, reason, text }: MalformedLine): string {
  return (
    `${file}, line ${line}: ${reason} It begins with: ${beginningOf(text)}\n` +
    'Lines behind it may have been passed over. Mend it (a quote within a quoted cell is written twice) and import the file ' +
    'again: nothing is stored twice'
  );
}

function tooMany(file: string, lines: readonly MalformedLine[]): string {
  const { line, reason, text } = lines[0]!;
  return (
    `${file}: ${lines.length.toLocaleString('en')} lines or more are no rows, too many to keep. The first is line ${line}: ` +
    `${reason}: ${beginningOf(text)}\n` +
    'Mend these lines, or the first one, which names the columns, and import the file again: nothing is stored twice'
  );
}

function beginningOf(text: string): string {
  return text.split(/\r\n|\n|\r/, 1)[0]!.slice(0, SHOWN_CHARACTERS);
}
