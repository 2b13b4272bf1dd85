import type { Report } from './report.ts';

/** The report as a table for people. */
export function tableOf({ course, messages, stored, deadLetters, tickets, desk, ...rest }: Report): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const ended = rest.exits.filter(({ asked }) => !asked);
  const faults = [...course.injected].sort(([a], [b]) => a.localeCompare(b));
  const rows: readonly (readonly [string, string | number])[] = [
    ...faults.map(([name, count]) => [`fault: ${name}`, count] as const),
    ['faults in all', faults.reduce((sum, [, count]) => sum + count, 0)],
    ['messages published', messages.published],
    ['messages acknowledged', messages.acknowledgements],
    ['  of these different', messages.distinct],
    ['samples stored', stored.stored],
    ['samples lost', stored.lost.length],
    ['samples stored twice', stored.twice.length],
    ['messages dead-lettered', `${deadLetters.kept} of ${deadLetters.expected}`],
    ['  kept more than once', deadLetters.again],
    ['tickets expected', tickets.expected],
    ['tickets opened', tickets.opened],
    ['  missing', tickets.missing.length],
    ['  differing', tickets.differing.length],
    ['  with a start put right later', tickets.begunAnew],
    ['  taken back by late data', tickets.takenBack],
    ['  over before they were known, told by the next', tickets.toldLater],
    ['tickets duplicated', tickets.duplicated.length + tickets.unexpected.length],
    ['deliveries at the desk', `${desk.deliveries} in ${desk.requests} requests`],
    ['created twice there', desk.twice.length],
    ['  if it did not honour keys', desk.twiceWithoutKeys],
    ['looks at the ledgers', rest.ledgerLooks],
    ['Fettle ended by itself', `${ended.length}${codesOf(ended.map(({ code, signal }) => `${code ?? signal}`))}`],
    ['worst recovery', `${seconds(course.worst.recovery)}, after ${course.worst.after}`],
    ['peak memory of Fettle', `${Math.round(rest.peakMemory / 1024 ** 2)} MB`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function codesOf(codes: readonly string[]): string {
  return codes.length === 0 ? '' : ` (${[...new Set(codes)].map((code) => `exit ${code}`).join(', ')})`;
}
