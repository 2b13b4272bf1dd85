import type { PastBatch, PastTaken } from '../../domain/past.ts';
import { CommandError } from '../commandError.ts';

/** So many rows are looked at before the first is stored. */
export const TRIAL_READINGS = 1000;

/** What people can do about it, by the reason of a refusal. */
const ADVICE: Readonly<Record<string, string>> = {
  'time-without-zone': 'say with --zone where these clocks were, such as --zone UTC or --zone Europe/Berlin',
  'unknown-asset': 'register these assets before, by assets.yaml or the console',
  'unknown-metric': 'map these names in the source (metrics), ignore them there, or leave each out with --skip <name>',
  'too-old': 'samples are kept for store.retention: raise it, and import again',
  'missing-time': 'say with --time-column where the time stands',
  'invalid-time': 'say with --time-format how the time is written, such as "%d.%m.%Y %H:%M:%S"',
  'wrong-type': 'where numbers have a decimal comma, say --decimal ,',
};

export function adviceFor(reasons: Iterable<string>): string[] {
  return [...new Set(reasons)].flatMap((reason) =>
    ADVICE[reason] === undefined ? [] : [`${reason}: ${ADVICE[reason]}`],
  );
}

/**
 * Throws CommandError when what was tried says that the whole file would be refused, or a whole column: that is a mistake
 * in how it is imported, and not in some of its rows. What is only too old may be followed by what is not.
 */
export function refuseHopeless(file: string, { readings }: PastBatch, { rejections, spans }: PastTaken): void {
  const unknown = unknownColumns(readings, rejections);
  if (unknown.length > 0) {
    const [detail] = rejections.filter(({ reason }) => reason === 'unknown-metric').map((one) => one.detail);
    throw new CommandError(
      [`${file}: ${unknown.map((name) => `'${name}'`).join(', ')}: ${detail}`, ...adviceFor(['unknown-metric'])].join(
        '\n',
      ),
    );
  }
  if (spans.length > 0 || rejections.some(({ reason }) => reason === 'too-old')) return;
  const first = new Map(rejections.map(({ reason, detail }) => [reason, detail]));
  const told = [...first].map(([reason, detail]) => `  ${reason}: ${detail}`);
  const heading = `${file}: none of its first ${readings.length} rows can be taken:`;
  throw new CommandError([heading, ...told, ...adviceFor(first.keys())].join('\n'));
}

/** Names that no reading that has them could place, but for those that were refused as a whole. */
function unknownColumns(readings: PastBatch['readings'], rejections: PastTaken['rejections']): string[] {
  const whole = new Set(rejections.filter(({ metric }) => metric === undefined).map(({ reading }) => reading));
  const refused = new Map<string, number>();
  for (const { reason, metric } of rejections) {
    if (reason === 'unknown-metric' && metric !== undefined) refused.set(metric, (refused.get(metric) ?? 0) + 1);
  }
  return [...refused].flatMap(([name, count]) => {
    const used = readings.filter(({ values }, at) => Object.hasOwn(values, name) && !whole.has(at)).length;
    return count >= used ? [name] : [];
  });
}
