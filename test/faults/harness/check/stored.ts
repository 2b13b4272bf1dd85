import type { ApiClient } from '../../../support/apiClient.ts';
import { assetId, cohortOf, type Plan, type SentSample } from '../messages.ts';

export interface StoredCheck {
  /** Samples found. */
  readonly stored: number;
  /** Acknowledged and not there, or there with another value. */
  readonly lost: readonly string[];
  /** There more than once. */
  readonly twice: readonly string[];
  /** There though nobody sent it. */
  readonly unknown: readonly string[];
}

interface TelemetryItem {
  readonly metricId: string;
  readonly time: string;
  readonly value: number;
}

const HOUR = 3_600_000;

/** Compares what was acknowledged with what the API shows of every asset. */
export async function checkStored(
  api: ApiClient,
  plan: Plan,
  cohorts: number,
  acknowledged: ReadonlySet<number>,
): Promise<StoredCheck> {
  const check = { stored: 0, lost: [] as string[], twice: [] as string[], unknown: [] as string[] };
  for (let cohort = 0; cohort < cohorts; cohort++) {
    const sent = sentBy(plan, cohort);
    for (let at = 0; at < plan.assets; at++) {
      const asset = assetId(cohort, at);
      const found = await storedOf(api, plan, asset);
      check.stored += found.length;
      const seen = new Map<string, number>();
      for (const { metricId, time, value } of found) {
        const point = `${asset} ${metricId} ${Date.parse(time)}`;
        if (seen.has(point)) check.twice.push(point);
        seen.set(point, value);
        const known = sent.get(point);
        if (known === undefined || known.value !== value) check.unknown.push(`${point} = ${value}`);
        else sent.delete(point);
      }
    }
    for (const [point, { n, value }] of sent) if (acknowledged.has(n)) check.lost.push(`${point} = ${value}`);
  }
  return check;
}

/** By asset, metric and time. */
function sentBy(plan: Plan, cohort: number): Map<string, SentSample & { n: number }> {
  const sent = new Map<string, SentSample & { n: number }>();
  for (const { n, asset, samples } of cohortOf(plan, cohort).inOrder) {
    for (const sample of samples) sent.set(`${asset} ${sample.metric} ${sample.time}`, { ...sample, n });
  }
  return sent;
}

function storedOf(api: ApiClient, plan: Plan, asset: string): Promise<TelemetryItem[]> {
  const range = new URLSearchParams({
    from: new Date(plan.start - 48 * HOUR).toISOString(),
    to: new Date(plan.start + 48 * HOUR).toISOString(),
    limit: '10000',
  });
  return api.all<TelemetryItem>(`/assets/${asset}/telemetry?${range}`);
}
