import { createHash } from 'node:crypto';
import { REMOVED_CONDITIONS } from '../domain/asset.ts';
import { DETECTED_BY, FAILURE_IMPACTS, type NewFailure } from '../domain/failure.ts';
import type { Replacement } from '../domain/ticket.ts';
import { type CsvLine, csvLines } from './csvRows.ts';
import { INSTANT_FORM, parseInstant } from './instant.ts';
import type { Problem } from './problem.ts';

/** Columns of a file of failure records, and what of a failure each fills. */
const FIELDS = {
  asset: 'assetId',
  component: 'componentId',
  'failure-mode': 'failureModeId',
  time: 'at',
  'detected-by': 'detectedBy',
  impact: 'impact',
  'downtime-minutes': 'downtimeMinutes',
  note: 'note',
  ticket: 'ticketId',
  key: 'externalKey',
  replaced: 'replaced/at',
  reading: 'replaced/reading',
  serial: 'replaced/serial',
  removed: 'replaced/removed',
} as const;
const FAILURE_COLUMNS = Object.keys(FIELDS);
/** They are recorded in one transaction, which others wait for. */
const MOST_ROWS = 2000;
const REQUIRED = ['asset', 'component', 'time'];

/** The column that fills what a JSON pointer into a failure names. */
export function columnOf(pointer: string): string {
  const field = pointer.replace(/^\//, '');
  const found = Object.entries(FIELDS).find(([, name]) => name === field || name.startsWith(`${field}/`));
  return found?.[0] ?? field;
}

export interface FailureLine {
  readonly line: number;
  readonly failure: NewFailure;
}

/**
 * Reads failure records from CSV text, one a row. Without `detected-by` it is staff, without `impact` critical. A row
 * without `key` gets one of asset, component, failure mode and time, so that a file can be read again.
 */
export function parseFailureRecords(
  text: string,
  file: string,
): { failures: readonly FailureLine[] } | { problems: readonly Problem[] } {
  const read = csvLines(text, file, FAILURE_COLUMNS, REQUIRED);
  if ('problems' in read) return read;
  const { lines } = read;
  if (lines.length > MOST_ROWS) {
    const message = `has ${lines.length} rows; send at most ${MOST_ROWS} at a time`;
    return { problems: [{ file, line: lines[MOST_ROWS]!.line, path: '', message }] };
  }
  const problems: Problem[] = [];
  const failures = lines.map((line) => {
    const note = (path: string, message: string) => problems.push({ file, line: line.line, path, message });
    return { line: line.line, failure: failureOf(line, note) };
  });
  const keys = failures.map(({ failure }) => failure.externalKey);
  for (const [at, { line, failure }] of failures.entries()) {
    const first = keys.indexOf(failure.externalKey);
    if (first !== at)
      problems.push({ file, line, path: 'key', message: `the same failure as in line ${failures[first]!.line}` });
  }
  return problems.length > 0 ? { problems } : { failures };
}

type Note = (column: string, message: string) => void;

function failureOf({ cell }: CsvLine, note: Note): NewFailure {
  const text = (column: string) => cell(column) || undefined;
  const needed = (column: string, message: string) => {
    if (cell(column) === '') note(column, message);
    return cell(column);
  };
  const failure = {
    assetId: needed('asset', 'is empty'),
    componentId: needed('component', "is empty; write 'asset' for the asset as a whole"),
    at: instantOf(cell('time'), 'time', note),
    detectedBy: wordOf(cell('detected-by'), DETECTED_BY, 'detected-by', note) ?? 'staff',
    impact: wordOf(cell('impact'), FAILURE_IMPACTS, 'impact', note) ?? 'critical',
  };
  const optional = {
    failureModeId: text('failure-mode'),
    downtimeMinutes: numberOf(cell('downtime-minutes'), 'downtime-minutes', note),
    note: text('note'),
    ticketId: text('ticket'),
    replaced: replacementOf(cell, note),
  };
  const said = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { ...failure, ...said, externalKey: cell('key') || madeKey(failure, optional.failureModeId) };
}

function replacementOf(cell: CsvLine['cell'], note: Note): Replacement | undefined {
  const [reading, serial] = [numberOf(cell('reading'), 'reading', note), cell('serial')];
  const removed = wordOf(cell('removed'), REMOVED_CONDITIONS, 'removed', note);
  if (cell('replaced') === '') {
    for (const column of ['reading', 'serial', 'removed'])
      if (cell(column) !== '') note(column, 'only where replaced says when');
    return undefined;
  }
  return {
    at: instantOf(cell('replaced'), 'replaced', note),
    ...(reading !== undefined && { reading }),
    ...(serial !== '' && { serial }),
    ...(removed && { removed }),
  };
}

function instantOf(text: string, column: string, note: Note): number {
  const at = parseInstant(text);
  if (at === undefined) note(column, `must be ${INSTANT_FORM}, not '${text}'`);
  return at ?? 0;
}

function numberOf(text: string, column: string, note: Note): number | undefined {
  if (text === '') return undefined;
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) note(column, `must be a number of 0 or more, not '${text}'`);
  return number;
}

function wordOf<T extends string>(text: string, words: readonly T[], column: string, note: Note): T | undefined {
  if (text === '') return undefined;
  const word = words.find((candidate) => candidate === text);
  if (!word) note(column, `must be one of ${words.join(', ')}, not '${text}'`);
  return word;
}

function madeKey(
  { assetId, componentId, at }: Pick<NewFailure, 'assetId' | 'componentId' | 'at'>,
  mode?: string,
): string {
  const content = JSON.stringify([assetId, componentId, mode, at]);
  return `csv|${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
}
