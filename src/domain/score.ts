import type { LocalText } from './model.ts';
import type { Duration, Timestamp } from './time.ts';

export const SCORES = ['hit', 'early', 'late', 'false', 'missed', 'unverifiable'] as const;
/** What a prediction came to. */
export type ScoreKind = (typeof SCORES)[number];

/** What one prediction came to, or one failure that nothing had predicted. */
export interface Score {
  /** Of its ticket or, missed, of its failure. */
  readonly id: string;
  /** The prediction; absent for what was missed. */
  readonly ticketId?: string;
  /** The failure by which it was judged. */
  readonly failureId?: string;
  readonly assetId: string;
  readonly componentId: string;
  readonly failureModeId?: string;
  /** The rule that predicted; of what was missed, the only one that watches for it. */
  readonly ruleId?: string;
  readonly ruleVersion?: string;
  /** When the ticket was opened; when what was missed happened. */
  readonly at: Timestamp;
  readonly score: ScoreKind;
  /** From the opening of the ticket to the failure; negative where the failure came first. */
  readonly warningMs?: Duration;
  /** Of a part that was replaced: the share of its expected life that was not used. */
  readonly lifeLost?: number;
  readonly reason: LocalText;
  readonly scoredAt: Timestamp;
  /** When it comes out otherwise unless something happens before. */
  readonly reviewAt?: Timestamp;
}
