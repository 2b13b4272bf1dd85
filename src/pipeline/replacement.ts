import { formatNumber } from '../domain/text.ts';
import { DAY, HOUR, type Timestamp } from '../domain/time.ts';
import { UnacceptableError } from '../errors.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Tracked } from './tracked.ts';

export interface Replacement {
  readonly at: Timestamp;
  readonly reading?: number;
}

/** Readings of the counter are looked for so far around the replacement. */
const AROUND = 31 * DAY;

/**
 * Refuses a replacement of a component in the future, or at a reading that its counter can't have shown then: a slip of
 * the pen would make a new part look worn.
 */
export async function checkReplacement(
  tracked: Tracked,
  componentId: string,
  { at, reading }: Replacement,
  now: Timestamp,
  store: Pick<TimeSeriesStore, 'buckets'>,
): Promise<void> {
  if (at > now) throw unacceptable('/at', 'a replacement lies in the past or now');
  const rule = tracked.compiled.rules.find(
    ({ definition, installation }) => installation && definition.componentId === componentId,
  );
  if (reading === undefined || !rule?.installation) return;
  const { metric, tolerance } = rule.installation;
  const { id: metricId, unit = '' } = tracked.model.metrics[metric]!;
  const query = { assetId: tracked.asset.id, metricIds: [metricId] };
  const before = (await store.buckets({ ...query, from: at - AROUND, to: at }, HOUR)).at(-1)?.last;
  const after = (await store.buckets({ ...query, from: at, to: at + AROUND }, HOUR))[0]?.min;
  const high = after ?? before;
  if (high === undefined) return;
  // Before the first reading ever heard the counter may have stood at anything below it.
  const low = before ?? Number.NEGATIVE_INFINITY;
  if (reading >= low - tolerance && reading <= high + tolerance) return;
  const shown =
    before === undefined
      ? `at most ${formatNumber(high)}`
      : low === high
        ? formatNumber(low)
        : `${formatNumber(low)} to ${formatNumber(high)}`;
  throw unacceptable(
    '/reading',
    `${metricId} stood at ${shown} ${unit} then, so it can not have been ${formatNumber(reading)}`,
  );
}

function unacceptable(path: string, message: string): UnacceptableError {
  return new UnacceptableError(message, [{ path, message }]);
}
