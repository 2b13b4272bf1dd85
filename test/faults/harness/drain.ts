import { setTimeout as delay } from 'node:timers/promises';
import type { FettleNode } from './world.ts';

const LOOK_EVERY = 200;
/** Only there where shards are assessed from notes. */
const LAGGING = /^fettle_shard_lag_seconds\{shard="\d+"\} (?!0$).+$/m;
const REFOLDING = /^[1-9]\d* assets waiting to be folded anew/;
/** Notes rest for half a second, and figures are a second old. */
const AT_REST = 2500;

/** A machine with much else to do drains slowly; one that goes on for ever must end, too. */
const LONGEST = 10;

/**
 * Resolves with nothing when all is stored, assessed, raised and delivered; with what is left when that has not changed
 * for `patience`, or changes for ever.
 */
export async function drained(
  nodes: readonly FettleNode[],
  patience: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const end = Date.now() + LONGEST * patience;
  let left = await leftOf(nodes);
  let since = Date.now();
  let changed = since;
  while (left.length > 0 || Date.now() - since < AT_REST) {
    if (Date.now() > Math.min(changed + patience, end)) break;
    await delay(LOOK_EVERY, undefined, { signal });
    const before = left.join('; ');
    left = await leftOf(nodes);
    if (left.length > 0) since = Date.now();
    if (left.join('; ') !== before) changed = Date.now();
  }
  return left.length === 0 ? undefined : left.join('; ');
}

async function leftOf(nodes: readonly FettleNode[]): Promise<string[]> {
  try {
    return (await Promise.all(nodes.map((node) => left(node)))).flat();
  } catch (error) {
    return [`no answer: ${error instanceof Error ? error.message : error}`];
  }
}

const COUNTED = ['fettle_messages_in_flight', 'fettle_samples_in_flight', 'fettle_samples_waiting'] as const;

async function left({ process: { name }, url, api }: FettleNode): Promise<string[]> {
  const problems: string[] = [];
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) });
  const { parts } = (await answer.json()) as {
    parts: { part: string; ok: boolean; needed: boolean; detail: string }[];
  };
  for (const { part, ok, needed, detail } of parts) {
    if (!ok && needed) problems.push(`${part} of ${name}: ${detail}`);
    if (part === 'tickets' && detail !== '0 findings waiting') problems.push(`${name}: ${detail}`);
    if (part === 'assessment' && REFOLDING.test(detail)) problems.push(`${name}: ${detail}`);
    if (part === 'deliveries' && !detail.startsWith('0 pending, 0 failed'))
      problems.push(`${name}: deliveries: ${detail}`);
  }
  if ((await api.metric('fettle_journal_records')) > 0) problems.push(`${name}: a journal holds records`);
  const [lagging] = LAGGING.exec(await api.metrics()) ?? [];
  if (lagging !== undefined) problems.push(`${name}: ${lagging}`);
  for (const metric of COUNTED) {
    const value = await api.metric(metric);
    if (value > 0) problems.push(`${name}: ${metric} is ${value}`);
  }
  return problems;
}
