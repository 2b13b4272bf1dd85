import type { RefoldNote } from '../ports/database.ts';
import type { Assessment } from './assessment.ts';
import type { AssessmentMode } from './assessmentMode.ts';
import type { Refused } from './batch.ts';
import { earliestOf } from './behind.ts';
import type { DeadLetters } from './deadLetters.ts';
import type { Fleet } from './fleet.ts';
import type { RefusedSamples } from './refusedSamples.ts';

/** Stands for the topic, which the spill does not keep; no device can publish to it. */
const TOPIC = '$spill';

export interface RefusalParts {
  readonly deadLetters: Pick<DeadLetters, 'keep'>;
  readonly note: (notes: readonly RefoldNote[]) => Promise<void>;
  readonly fleet: Fleet;
  readonly assessment: Pick<Assessment, 'refold'>;
  readonly mode: AssessmentMode;
}

/**
 * Takes back what was settled and the store refuses when the spill is drained: it becomes dead letters, and where it was
 * folded in hand the assets are folded anew without it.
 */
export async function takeBack(refused: RefusedSamples, parts: RefusalParts): Promise<void> {
  const { deadLetters, note, fleet, assessment, mode } = parts;
  await deadLetters.keep(lettersOf(refused));
  if (mode === 'sharded') return;
  const notes = earliestOf(refused.map(({ sample }) => sample));
  await note(notes);
  for (const { assetId, earliest } of notes) {
    const tracked = fleet.get(assetId);
    if (tracked) assessment.refold(tracked, earliest);
  }
}

function lettersOf(refused: RefusedSamples): Refused[] {
  return refused.map(({ sample, words }) => {
    const { series, time, value, quality, receivedAt } = sample;
    const { assetId, metricId } = series;
    const payload = Buffer.from(
      JSON.stringify({ assetId, metricId, time: new Date(time).toISOString(), value, quality }),
    );
    const detail = `taken into the spill; the time-series store refuses it: ${words}`;
    return {
      message: { topic: TOPIC, payload, qos: 1, retain: false, receivedAt },
      sourceId: undefined,
      rejection: { reason: 'refused-by-store', detail, assetId, metric: metricId, samples: 1 },
    };
  });
}
