import type { Static } from 'typebox';
import type { PastTakenSchema } from '../../api/resources/past.ts';
import type { PastBatch, PastTaken } from '../../domain/past.ts';
import { type Duration, SECOND } from '../../domain/time.ts';
import { CommandError } from '../commandError.ts';
import { type RunningApi, refusalOf } from '../runningApi.ts';
import type { HistoryTaker } from './taker.ts';

const REQUEST_LIMIT: Duration = 60 * SECOND;

type Answer = Static<typeof PastTakenSchema>;

/** Through the API of a Fettle that runs. */
export function importThere({ url, key }: RunningApi, signal: AbortSignal): HistoryTaker {
  const post = async (batch: PastBatch, dryRun: boolean): Promise<Answer | { readonly later: string }> => {
    const address = `${url.replace(/\/+$/, '')}/api/v1/history/${encodeURIComponent(batch.sourceId)}`;
    const sent = fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: bodyOf(batch, dryRun),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_LIMIT)]),
    });
    try {
      const response = await sent;
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as Answer;
      const refusal = `${address} refused (${response.status}): ${refusalOf(text)}`;
      if (response.status === 503 || response.status === 502 || response.status === 504) return { later: refusal };
      throw new CommandError(refusal);
    } catch (error) {
      if (signal.aborted || error instanceof CommandError) throw error;
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return { later: `${address} can't be reached: ${cause instanceof Error ? cause.message : String(cause)}` };
    }
  };
  return {
    place: url,
    async take(batch) {
      const answer = await post(batch, false);
      return 'later' in answer ? answer : takenOf(answer);
    },
    async try(batch) {
      const answer = await post(batch, true);
      if ('later' in answer) throw new CommandError(answer.later);
      return takenOf(answer);
    },
    close: async () => undefined,
  };
}

function bodyOf({ zone, readings }: PastBatch, dryRun: boolean): string {
  return JSON.stringify({
    zone,
    dryRun,
    readings: readings.map(({ assetId, deviceId, time, values, units }) => ({
      asset: assetId,
      device: deviceId,
      ts: time,
      values,
      units,
    })),
  });
}

function takenOf({ rejections, assets, ...counts }: Answer): PastTaken {
  return {
    ...counts,
    rejections: rejections.map((one) => ({ ...one, samples: 1 })),
    spans: assets.map(({ from, to, ...span }) => ({ ...span, from: Date.parse(from), to: Date.parse(to) })),
  };
}
