import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient, DeadLetterDocument } from '../../../support/apiClient.ts';
import { cohortOf, type Plan, poisonNumber } from '../messages.ts';

export interface DeadLetterCheck {
  /** Poisoned messages that were acknowledged. */
  readonly expected: number;
  readonly kept: number;
  /** Numbers of acknowledged poison that is not there. */
  readonly lost: readonly number[];
  /** Letters beyond one of a message: it was handed over again after a crash between keeping and settling. */
  readonly again: number;
  /** Letters of what was no poison. */
  readonly unexpected: readonly string[];
}

const PATIENCE = 20_000;

/** Compares the dead letters with the poison that was acknowledged; they are imported a moment after they are kept. */
export async function checkDeadLetters(
  api: ApiClient,
  plan: Plan,
  cohorts: number,
  acknowledged: ReadonlySet<number>,
): Promise<DeadLetterCheck> {
  const expected = new Set<number>();
  for (let cohort = 0; cohort < cohorts; cohort++) {
    for (const { n, kind } of cohortOf(plan, cohort).asSent.flat()) {
      if (kind === 'poison' && acknowledged.has(n)) expected.add(n);
    }
  }
  const deadline = Date.now() + PATIENCE;
  let check = await compare(api, expected);
  while (check.lost.length > 0 && Date.now() < deadline) {
    await delay(500);
    check = await compare(api, expected);
  }
  return check;
}

async function compare(api: ApiClient, expected: ReadonlySet<number>): Promise<DeadLetterCheck> {
  const letters = await api.all<DeadLetterDocument>('/dead-letters?limit=500');
  const kept = new Set<number>();
  const unexpected: string[] = [];
  for (const { payload, reason, detail } of letters) {
    const n = poisonNumber(payload);
    if (n === undefined) unexpected.push(`${reason}: ${detail}: ${payload.slice(0, 200)}`);
    else kept.add(n);
  }
  const lost = [...expected].filter((n) => !kept.has(n));
  const again = letters.length - unexpected.length - kept.size;
  return { expected: expected.size, kept: kept.size, lost, again, unexpected };
}
