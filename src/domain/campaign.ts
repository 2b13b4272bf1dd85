import type { Duration, Timestamp } from './time.ts';

export const CAMPAIGN_STATUSES = ['open', 'closed'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** What fails alike: a failure mode of a component, in a batch of a model or in the whole model. */
export interface CampaignScope {
  readonly modelId: string;
  /** Absent: the whole model. */
  readonly batch?: string;
  readonly componentId: string;
  readonly failureModeId: string;
}

/** Why it was opened: how many assets had it within the window, and how many would have had it as the others do. */
export interface CampaignEvidence {
  readonly affected: number;
  readonly assets: number;
  readonly expected: number;
  /** That so many or more have it by chance, by Fisher's exact test, times the number of groups that were tested. */
  readonly p: number;
  readonly since: Timestamp;
}

export interface Campaign extends CampaignScope {
  readonly id: string;
  /** Short number for people, counted up. */
  readonly number: number;
  readonly status: CampaignStatus;
  /** Who sees to it: a team or a person. */
  readonly owner?: string;
  readonly note?: string;
  /** Absent where a person opened it. */
  readonly evidence?: CampaignEvidence;
  /** Tickets opened from then on are part of it. */
  readonly since: Timestamp;
  readonly openedAt: Timestamp;
  readonly openedBy: string;
  readonly updatedAt: Timestamp;
  readonly closedAt?: Timestamp;
  /** Counts up with each change: the ETag. */
  readonly version: number;
}

export interface CampaignPolicy {
  /** How far back tickets count. */
  readonly window: Duration;
  /** So many different assets at least. */
  readonly assets: number;
  /** No more likely by chance than this. */
  readonly p: number;
}

/** How many assets of a model and batch there are, and had a failure mode. */
export interface AlikeCount extends Required<Omit<CampaignScope, 'batch'>> {
  readonly batch: string | null;
  readonly affected: number;
  readonly assets: number;
}

/** What a person asks for. */
export interface CampaignRequest extends CampaignScope {
  readonly owner?: string;
  readonly note?: string;
}

export interface CampaignEdit {
  readonly status?: CampaignStatus;
  readonly owner?: string | null;
  readonly note?: string;
}
