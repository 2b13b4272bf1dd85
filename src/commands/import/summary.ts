import type { Counts } from './memory.ts';
import { adviceFor } from './trial.ts';

/** Assets told one by one. */
const TOLD_ASSETS = 20;

export interface FileSummary {
  readonly file: string;
  readonly counts: Counts;
  readonly refusedFile: string | undefined;
  readonly dryRun: boolean;
}

/** Such as `3 min`; of seconds. */
export function showTime(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** What became of a file, for people. */
export function summaryOf({ file, counts, refusedFile, dryRun }: FileSummary): string {
  const n = (count: number) => count.toLocaleString('en');
  const { rows, empty, stored, duplicate, refusedRows, reasons, spans } = counts;
  const read = spans.reduce((sum, { samples }) => sum + samples, 0);
  const samples = dryRun
    ? `${n(read)} samples can be read; nothing was stored`
    : `${n(stored)} samples stored, ${n(duplicate)} there already`;
  const lines = [`${file}: ${n(rows)} rows${empty > 0 ? ` (${n(empty)} without values)` : ''}, ${samples}`];
  if (refusedRows > 0) {
    const where = refusedFile === undefined ? '' : `, kept with the reason in ${refusedFile}`;
    lines.push(`  ${n(refusedRows)} rows refused${where}`);
    for (const [reason, { count, example }] of Object.entries(reasons))
      lines.push(`    ${n(count)} ${reason}: ${example}`);
    for (const advice of adviceFor(Object.keys(reasons))) lines.push(`    ${advice}`);
  }
  for (const { assetId, samples: own, from, to } of spans.slice(0, TOLD_ASSETS))
    lines.push(`  ${assetId}: ${n(own)} samples from ${iso(from)} to ${iso(to)}`);
  if (spans.length > TOLD_ASSETS) lines.push(`  and ${n(spans.length - TOLD_ASSETS)} further assets`);
  return `${lines.join('\n')}\n`;
}

/** What to do next with history. */
export function nextStep(all: readonly Counts[], models: string): string {
  const spans = all.flatMap((counts) => counts.spans);
  if (spans.length === 0) return '';
  const [from, to] = [Math.min(...spans.map((span) => span.from)), Math.max(...spans.map((span) => span.to))];
  return `It opens no tickets. What the rules would have found: fettle backtest -m ${models} --from ${iso(from)} --to ${iso(to + 1)}\n`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
