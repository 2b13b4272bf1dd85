import type { RuleDefinition } from '../domain/model.ts';
import type { Score, ScoreKind } from '../domain/score.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Repositories } from '../ports/database.ts';
import type { Known, KnownMiss, KnownPrediction } from './limitTrial.ts';

/** What tells whether a limit is well chosen. */
const TELLING: readonly ScoreKind[] = ['hit', 'late', 'early', 'false', 'missed'];
const WORTH: readonly ScoreKind[] = ['hit', 'late'];
/** The newest count: enough to tell, and older ones are often of other limits. */
const MOST = 200;

type Reads = Pick<Repositories, 'scores' | 'tickets'>;

/** What the predictions of a rule came to, and the failures that it missed; whatever nobody can verify is left out. */
export async function knownOutcomes(
  { id: ruleId, failureModeId, componentId }: RuleDefinition,
  modelId: string,
  database: Reads,
): Promise<Known> {
  const { items } = await database.scores.list({ modelId, componentId, ruleId, score: TELLING }, { limit: MOST });
  const missed = items.filter(({ score }) => score === 'missed').map((score) => missOf(score, failureModeId));
  const predictions: KnownPrediction[] = [];
  for (const score of items) {
    const ticket = score.ticketId === undefined ? undefined : await database.tickets.get(score.ticketId);
    if (ticket) predictions.push(predictionOf(ticket, score));
  }
  return { predictions, missed };
}

function missOf({ assetId, componentId, failureModeId, at }: Score, ofRule: string): KnownMiss {
  return { place: { assetId, componentId, failureModeId: failureModeId ?? ofRule }, at };
}

function predictionOf(ticket: Ticket, score: Score): KnownPrediction {
  const { assetId, componentId, failureModeId, window, episodeStart, closing, closedAt, updatedAt } = ticket;
  const by = latestOpening(ticket, score);
  return {
    place: { assetId, componentId, failureModeId },
    from: Math.min(window?.from ?? episodeStart, episodeStart),
    to: closing?.replaced?.at ?? closedAt ?? updatedAt,
    ...(by !== undefined && { by }),
    isWorth: WORTH.includes(score.score),
  };
}

/** Of what failed: later its ticket would have been late. Nobody knows when what was found before would have failed. */
function latestOpening({ part }: Ticket, { score, at, warningMs }: Score): Timestamp | undefined {
  if (score !== 'hit' || warningMs === undefined) return undefined;
  return at + warningMs - (part?.leadTimeMs ?? 0);
}
