import type { Timestamp } from './time.ts';

export const CONNECTIVITY_STATES = ['online', 'offline'] as const;
/** Whether a device has its connection, by what it or its broker says. Says nothing of its health. */
export type ConnectivityState = (typeof CONNECTIVITY_STATES)[number];

/** Stands in `by` where no device said so: telemetry came after it was said to be offline. */
export const BY_DATA = 'data';

/** What was said of the connection of an asset: a birth, a will, an availability message, or telemetry that proves it. */
export interface ConnectivityReport {
  readonly assetId: string;
  readonly state: ConnectivityState;
  /** When it was so: the device's stamp where it is told, else the receipt. */
  readonly at: Timestamp;
  /** Id of the source that said so, or {@link BY_DATA}. */
  readonly by: string;
  /** The broker had kept it and it has no stamp of its own: it is of some time before `at`, nobody knows which. */
  readonly retained: boolean;
}

/** What is known of the connection of an asset. */
export interface Connectivity extends Omit<ConnectivityReport, 'at'> {
  readonly since: Timestamp;
  /** The newest time for which something was said; 0 while all that is known is retained. */
  readonly asOf: Timestamp;
}

/**
 * What is known after a report. Time decides, in whatever order reports come and by whichever node. A retained one tells
 * something only where it differs from what is known; anything that is said at a known time counts before it.
 */
export function afterReport(known: Connectivity | undefined, report: ConnectivityReport): Connectivity {
  const { at, ...said } = report;
  if (said.retained) {
    const isOld = known !== undefined && (known.state === said.state || at < known.asOf);
    return isOld ? known : { ...said, since: at, asOf: known?.asOf ?? 0 };
  }
  if (known && at < known.asOf) return known;
  const goesOn = known?.state === said.state && !known.retained;
  return goesOn ? { ...known, asOf: at } : { ...said, since: at, asOf: at };
}
