import type { Rejection, Sample } from '../domain/sample.ts';
import { SamplesRefusedError } from '../ports/timeSeriesStore.ts';
import { type Batch, type Pending, type Refused, refuse } from './batch.ts';
import type { Placed } from './behind.ts';
import { addRejection } from './rejections.ts';

/** Samples that the store can never take, with its words. */
export type RefusedSamples = SamplesRefusedError['refused'];

/** Writes to the store; resolves with what it can never take of it once the rest is durable. */
export async function storeButRefused(write: () => Promise<void>): Promise<RefusedSamples> {
  try {
    await write();
    return [];
  } catch (error) {
    if (error instanceof SamplesRefusedError) return error.refused;
    throw error;
  }
}

/** The batch and its place without the refused samples, whose messages now count them as rejected, and their dead letters. */
export function withoutRefused(
  batch: Batch,
  placed: Placed,
  refused: RefusedSamples,
): { batch: Batch; placed: Placed; letters: Refused[] } {
  const words = new Map(refused.map((one) => [one.sample, one.words]));
  const isKept = (sample: Sample) => !words.has(sample);
  const rejections = new Map<Pending, Rejection[]>();
  const isKeptOf = (sample: Sample, pending: Pending) => {
    if (isKept(sample)) return true;
    pending.stored--;
    pending.rejected++;
    const ofMessage = rejections.get(pending) ?? [];
    rejections.set(pending, ofMessage);
    const detail = `the time-series store refuses it: ${words.get(sample)}`;
    const { assetId, metricId } = sample.series;
    addRejection(ofMessage, { reason: 'refused-by-store', detail }, 1, assetId, metricId);
    return false;
  };
  const kept = batch.fresh.map((sample, at) => isKeptOf(sample, batch.origins[at]!));
  const rest: Batch = {
    messages: batch.messages,
    fresh: batch.fresh.filter((_, at) => kept[at]),
    origins: batch.origins.filter((_, at) => kept[at]),
    behind: batch.behind.filter(({ sample, pending }) => isKeptOf(sample, pending)),
    history: batch.history.filter(({ sample, pending }) => isKeptOf(sample, pending)),
    refused: batch.refused,
  };
  const letters: Refused[] = [];
  for (const [pending, ofMessage] of rejections)
    for (const rejection of ofMessage) refuse(pending, rejection, { refused: letters });
  return { batch: rest, placed: placedWithout(placed, isKept), letters };
}

function placedWithout(placed: Placed, isKept: (sample: Sample) => boolean): Placed {
  const inserts = placed.inserts.filter(isKept);
  const replacements = placed.replacements.filter(isKept);
  const toRefold = placed.toRefold.filter(isKept);
  const history = placed.history.filter(isKept);
  const beyondHorizon = inserts.length + replacements.length - toRefold.length;
  return { ...placed, inserts, replacements, toRefold, beyondHorizon, history };
}
