import { uniform } from '../../simulators/random.ts';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import type { FindingDocument } from './apiClient.ts';
import type { TestFettle } from './fettle.ts';

export const NOW = Date.now();
/** Within the last day: then what happens by the clock alone makes no difference between two runs. */
export const T0 = Math.floor(NOW / MINUTE) * MINUTE - 10 * HOUR;
export const MINUTES = 360;

export type Message = Readonly<Record<string, number | string>> & { readonly ts: number };

/** Six hours in which everything happens: crossings that last and that do not, a life used up, a cartridge changed. */
export const HISTORY: readonly Message[] = Array.from({ length: MINUTES }, (_, at) => ({
  ts: T0 + at * MINUTE,
  temperature: temperatureAt(at),
  hours: 897 + at / 60,
  ink: at < 250 ? 13 - Math.floor(at / 50) : 100 - Math.floor((at - 250) / 50),
  pressure: at % 90 < 4 ? 11 : 8,
  running: at % 90 < 2 ? 'stopped' : 'running',
}));

function temperatureAt(at: number): number {
  if (at >= 60 && at < 75) return 85 + (at % 3);
  if (at >= 66 && at < 70) return 96;
  if (at === 120) return 90;
  if (at >= 300) return at > 320 ? 97 : 84;
  return 60 + (at % 7);
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, at) => [uniform(seed, at), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** What the history of an asset came to, without what tells how it came in. */
export async function outcomeOf(fettle: TestFettle, asset: string) {
  await fettle.settled();
  const all = await fettle.api.all<FindingDocument>(`/findings?assetId=${asset}&limit=500`);
  const findings = all
    .filter(({ retractedAt }) => retractedAt === undefined)
    .map(({ ruleId, change, severity, start, time, window, evidence }) => ({
      ruleId,
      change,
      severity,
      start,
      time,
      window,
      evidence,
    }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  const tickets = (await fettle.tickets(asset))
    .map(({ componentId, failureModeId, status, severity, closing }) => ({
      componentId,
      failureModeId,
      status,
      severity,
      outcome: closing?.outcome,
    }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  const { state } = await fettle.api.get<{ state: { components: { componentId: string; used?: number }[] } }>(
    `/assets/${asset}`,
  );
  return { findings, tickets, state: { ...state, lastReceivedAt: undefined, clockErrorSeconds: undefined } };
}

export type Outcome = Awaited<ReturnType<typeof outcomeOf>>;
