import { parse } from 'csv-parse/sync';
import type { CodecSections } from '../domain/source.ts';
import type { Codec, CodecOptions, Reading, Refusal, SectionProblem } from './codec.ts';
import { printable, quote } from './text.ts';
import { valueOfText } from './textValue.ts';
import { Unreadable } from './unreadable.ts';
import { textOf } from './utf8.ts';

type CsvOptions = NonNullable<CodecSections['csv']>;

const DEFAULTS: CsvOptions = { decimal: '.' };

const TIME_COLUMNS = ['ts', 'time', 'timestamp'];

/**
 * CSV (RFC 4180) in UTF-8: a reading for each line, by the names of the header or of `csv.columns`. Cells are numbers with
 * the declared decimal separator, true, false, or texts; an empty cell is no value. A line with other cells than the
 * header has is refused, and the others are read.
 */
export function createCsvCodec({ csv = DEFAULTS, timeField }: CodecOptions): Codec {
  return (payload) => {
    const text = textOf(payload);
    const lines = text instanceof Unreadable ? text : parseCsv(text, csv);
    if (lines instanceof Unreadable) return [lines.refusal];
    const [header, rows] = csv.columns ? [csv.columns, lines] : [lines[0] ?? [], lines.slice(1)];
    if (new Set(header).size < header.length) return [shape('a header that names a column twice')];
    if (rows.length === 0) return [shape('no line of values')];
    const time = timeField === undefined ? TIME_COLUMNS.find((name) => header.includes(name)) : timeField;
    return rows.map((cells) => readRow(cells, header, time, csv));
  };
}

/** What is wrong with the options of CSV. */
export function checkCsv({ csv = DEFAULTS }: CodecSections): SectionProblem[] {
  const { columns, delimiter, decimal, subject } = csv;
  const problems: SectionProblem[] = [];
  const say = (option: string, message: string) => problems.push({ path: ['csv', option], message });
  if (delimiter !== undefined && (delimiter.length !== 1 || /["\r\n]/.test(delimiter))) {
    say('delimiter', 'must be one character, and neither a quote nor the end of a line');
  }
  if (delimiter !== undefined && delimiter === decimal) say('decimal', 'is the delimiter as well');
  if (columns && new Set(columns).size < columns.length) say('columns', 'names a column twice');
  if (columns && subject !== undefined && !columns.includes(subject)) say('subject', 'is none of the columns');
  return problems;
}

function parseCsv(text: string, { delimiter, columns }: CsvOptions): string[][] | Unreadable {
  try {
    return parse(text, {
      delimiter: delimiter ?? delimiterOf(text, columns),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    return new Unreadable('malformed', `not CSV: ${printable((error as Error).message, 120)}`);
  }
}

/** Of the first line; a comma may be a decimal one in the others. */
function delimiterOf(text: string, columns: readonly string[] | undefined): string {
  const end = text.search(/[\r\n]/);
  const line = end === -1 ? text : text.slice(0, end);
  return ['\t', ';'].find((one) => line.includes(one)) ?? (columns?.length === 1 ? '\t' : ',');
}

function readRow(
  cells: readonly string[],
  header: readonly string[],
  timeName: string | undefined,
  { decimal, subject: subjectName }: CsvOptions,
): Reading | Refusal {
  const extra = cells.slice(header.length);
  if (cells.length < header.length || extra.some((cell) => cell !== '')) {
    return shape(
      `a line of ${cells.length} cells that starts with ${quote(cells[0])}; the header has ${header.length}`,
    );
  }
  const values: [string, unknown][] = [];
  let subject: string | undefined;
  for (const [at, name] of header.entries()) {
    const cell = cells[at]!;
    if (cell === '' || name === '') continue;
    if (name === subjectName) subject = cell;
    else values.push([name, valueOfText(cell, decimal)]);
  }
  const named = Object.fromEntries(values);
  return {
    time: timeName !== undefined && Object.hasOwn(named, timeName) ? named[timeName] : undefined,
    values: named,
    timeName,
    ...(subject !== undefined && { subject }),
  };
}

function shape(found: string): Refusal {
  return { reason: 'unexpected-shape', detail: `found ${found}` };
}
