import type { AlikeCount, Campaign, CampaignScope, CampaignStatus } from '../domain/campaign.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Page, PageRequest } from './database.ts';

export interface CampaignFilter {
  readonly status?: CampaignStatus;
  readonly modelId?: string;
  readonly batch?: string;
}

export type NewCampaign = Omit<Campaign, 'number' | 'version'>;
export type CampaignChange = Partial<Pick<Campaign, 'status' | 'owner' | 'note' | 'closedAt' | 'updatedAt'>>;

export interface CampaignRepository {
  /** Whoever looks for campaigns waits here for the others until they have committed. */
  lock(): Promise<void>;
  /**
   * Assets with a ticket opened since then, by model, batch and failure mode: what a rule found suddenly or a person
   * reported; neither wear, services, storms, nor what turned out to be nothing.
   */
  affectedSince(since: Timestamp): Promise<Omit<AlikeCount, 'assets'>[]>;
  /** How many assets there are of each model and batch. */
  groups(): Promise<Pick<AlikeCount, 'modelId' | 'batch' | 'assets'>[]>;
  /** Inserts; undefined where one for the same is open. */
  insert(campaign: NewCampaign): Promise<Campaign | undefined>;
  get(id: string): Promise<Campaign | undefined>;
  /** Rejects with StaleVersionError when `version` is not the current one. */
  update(id: string, version: number, change: CampaignChange): Promise<Campaign>;
  /** The latest first. */
  list(filter: CampaignFilter, page: PageRequest): Promise<Page<Campaign>>;
  /** When the last one for the same was closed. */
  lastClosed(scope: CampaignScope): Promise<Timestamp | undefined>;
  /** Ids of tickets that are part of it and do not name it yet, the oldest first. */
  toLink(campaign: Campaign): Promise<string[]>;
  /** Ids of the assets that have a ticket that names it. */
  affected(id: string): Promise<string[]>;
  /** Ids of the assets of its model and batch that have none. */
  notAffected(campaign: Campaign, limit: number): Promise<string[]>;
}
