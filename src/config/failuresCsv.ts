import type { RecordedFailure } from '../domain/backtest.ts';
import { csvLines } from './csvRows.ts';
import { INSTANT_FORM, parseInstant } from './instant.ts';
import type { Problem } from './problem.ts';

const COLUMNS = ['asset', 'component', 'failure-mode', 'time'];
const OPTIONAL = 'failure-mode';

/**
 * Reads failures that happened from CSV text with the header `asset,component,failure-mode,time`, a failure a row. The failure
 * mode may be empty or its column absent: then any of the component is meant. `component` is `asset` for the whole asset.
 */
export function parseFailuresCsv(
  text: string,
  file: string,
): { failures: readonly RecordedFailure[] } | { problems: readonly Problem[] } {
  const read = csvLines(
    text,
    file,
    COLUMNS,
    COLUMNS.filter((column) => column !== OPTIONAL),
  );
  if ('problems' in read) return read;
  const problems: Problem[] = [];
  const failures = read.lines.map(({ cell, line }): RecordedFailure => {
    const need = (column: string, isGood: boolean, message: string) => {
      if (!isGood) problems.push({ file, line, path: column, message });
    };
    const [assetId, componentId, failureModeId] = [cell('asset'), cell('component'), cell(OPTIONAL)];
    const at = parseInstant(cell('time'));
    need('asset', assetId !== '', 'is empty');
    need('component', componentId !== '', "is empty; write 'asset' for the asset as a whole");
    need('time', at !== undefined, `must be ${INSTANT_FORM}, not '${cell('time')}'`);
    return { assetId, componentId, ...(failureModeId !== '' && { failureModeId }), at: at ?? 0 };
  });
  return problems.length > 0 ? { problems } : { failures };
}
