import type {
  AlikeCount,
  Campaign,
  CampaignEdit,
  CampaignPolicy,
  CampaignRequest,
  CampaignScope,
} from '../domain/campaign.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import type { AssetModel } from '../domain/model.ts';
import type { Actor } from '../domain/request.ts';
import { isUnreleased } from '../domain/ticket.ts';
import { type Duration, MINUTE, type Timestamp } from '../domain/time.ts';
import { ConflictError, NotFoundError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { newId } from '../newId.ts';
import type { CampaignChange, NewCampaign } from '../ports/campaigns.ts';
import type { Clock } from '../ports/clock.ts';
import { type Database, type Repositories, StaleVersionError } from '../ports/database.ts';
import { failAlike } from '../prognostics/failAlike.ts';
import { BY_FETTLE, deliverLater, enter } from './raise.ts';
import { unacceptable } from './unacceptable.ts';

const LOOK_EVERY: Duration = 5 * MINUTE;
const PAGE = 500;

export interface CampaignsParts {
  readonly database: Database;
  readonly models: readonly AssetModel[];
  readonly policy: CampaignPolicy;
  readonly deliver: (outboxId: string) => void;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors'>;
  readonly log: Log;
}

/**
 * Finds batches and models that fail alike, and links their tickets, which go their own way: none is held back. Whoever
 * looks, one node at a time, opens a campaign once; it is told with a line of history of the latest of its tickets.
 */
export class Campaigns {
  readonly #parts: CampaignsParts;
  #stop: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: CampaignsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stop = this.#parts.clock.every(LOOK_EVERY, () => this.look());
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop();
    await this.#looking;
  }

  look(): Promise<void> {
    this.#looking = this.#look();
    return this.#looking;
  }

  /** @throws UnacceptableError for what no model has, ConflictError where one is open already */
  async open({ owner, note, ...scope }: CampaignRequest, by: Actor): Promise<Campaign> {
    this.#check(scope);
    const now = this.#parts.clock.now();
    const since = now - this.#parts.policy.window;
    const more = { ...(owner !== undefined && { owner }), ...(note !== undefined && { note }) };
    const made = await this.#do(async (tx) => {
      const campaign = await tx.campaigns.insert({ ...this.#opening(scope, since, by.name), ...more });
      if (!campaign) throw new ConflictError('a campaign for the same is open already');
      return { campaign, outboxId: await this.#tell(tx, campaign, await this.#link(tx, campaign)) };
    });
    return made.campaign;
  }

  /** @throws NotFoundError, StaleVersionError, ConflictError where another one for the same is open */
  async edit(id: string, edit: CampaignEdit, version: number | undefined): Promise<Campaign> {
    const now = this.#parts.clock.now();
    return this.#parts.database.transaction(async (tx) => {
      const before = await tx.campaigns.get(id);
      if (!before) throw new NotFoundError(`There is no campaign ${id}.`);
      if (version !== undefined && version !== before.version)
        throw new StaleVersionError(`campaign ${before.number} is at version ${before.version}, not ${version}`);
      const { status, owner, note } = edit;
      if (status === 'open' && before.status === 'closed')
        throw new ConflictError('a closed campaign stays closed; open another one');
      const change: CampaignChange = {
        ...(owner !== undefined && { owner: owner ?? undefined }),
        ...(note !== undefined && { note }),
        ...(status === 'closed' && before.status === 'open' && { status, closedAt: now }),
        updatedAt: now,
      };
      return tx.campaigns.update(id, before.version, change);
    });
  }

  async #look(): Promise<void> {
    const { database, clock, policy, metrics, log } = this.#parts;
    try {
      const since = clock.now() - policy.window;
      const affected = await database.campaigns.affectedSince(since);
      const found =
        affected.length === 0 ? [] : failAlike(this.#counts(affected, await database.campaigns.groups()), policy);
      for (const { scope, evidence } of found) await this.#found(scope, { ...evidence, since });
      await this.#linkAll();
    } catch (error) {
      if (error instanceof StaleVersionError) return log.debug({ err: error }, 'a ticket was changed meanwhile');
      if (error instanceof UnavailableError) metrics.partErrors.inc({ part: 'database' });
      log.warn({ err: error }, 'it could not be looked at what fails alike');
    }
  }

  /** Of every group of each model that has a failure mode which somebody had, also where nobody had it. */
  #counts(
    affected: readonly Omit<AlikeCount, 'assets'>[],
    groups: readonly Pick<AlikeCount, 'modelId' | 'batch' | 'assets'>[],
  ): AlikeCount[] {
    const key = (one: Omit<AlikeCount, 'assets' | 'affected'>) =>
      JSON.stringify([one.modelId, one.batch, one.componentId, one.failureModeId]);
    const known = new Map(affected.map((one) => [key(one), one.affected]));
    const modes = new Map(affected.map((one) => [JSON.stringify([one.componentId, one.failureModeId]), one]));
    return [...modes.values()].flatMap(({ componentId, failureModeId }) =>
      groups
        .filter(({ modelId }) => this.#has({ modelId, componentId, failureModeId }))
        .map((group) => {
          const place = { ...group, componentId, failureModeId };
          return { ...place, affected: known.get(key(place)) ?? 0 };
        }),
    );
  }

  #has({ modelId, componentId, failureModeId }: CampaignScope): boolean {
    const model = this.#parts.models.find(({ id }) => id === modelId);
    const modes =
      componentId === WHOLE_ASSET
        ? model?.failureModes
        : model?.components.find(({ id }) => id === componentId)?.failureModes;
    return modes?.some(({ id }) => id === failureModeId) ?? false;
  }

  #check(scope: CampaignScope): void {
    const { modelId, componentId, failureModeId } = scope;
    if (!this.#parts.models.some(({ id }) => id === modelId)) throw unacceptable('/modelId', `no model '${modelId}'`);
    if (!this.#has(scope))
      throw unacceptable('/failureModeId', `component '${componentId}' of ${modelId} has no '${failureModeId}'`);
  }

  async #found(scope: CampaignScope, evidence: NonNullable<Campaign['evidence']>): Promise<void> {
    await this.#do(async (tx) => {
      await tx.campaigns.lock();
      // What was dealt with is none again: only what came after that counts.
      const closed = await tx.campaigns.lastClosed(scope);
      if (closed !== undefined && closed > evidence.since) return {};
      const campaign = await tx.campaigns.insert({ ...this.#opening(scope, evidence.since, BY_FETTLE), evidence });
      if (!campaign) return {};
      this.#parts.log.warn({ campaign: campaign.number, ...scope, ...evidence }, 'a batch or model fails alike');
      return { outboxId: await this.#tell(tx, campaign, await this.#link(tx, campaign)) };
    });
  }

  async #linkAll(): Promise<void> {
    const { items } = await this.#parts.database.campaigns.list({ status: 'open' }, { limit: PAGE });
    for (const campaign of items) {
      if ((await this.#parts.database.campaigns.toLink(campaign)).length === 0) continue;
      await this.#do(async (tx) => {
        await this.#link(tx, campaign);
        return {};
      });
    }
  }

  #opening(scope: CampaignScope, since: Timestamp, openedBy: string): NewCampaign {
    const now = this.#parts.clock.now();
    return { id: newId(now), ...scope, status: 'open', since, openedAt: now, openedBy, updatedAt: now };
  }

  /** Its tickets name it from now on; gives the latest of them. */
  async #link(tx: Repositories, campaign: Campaign): Promise<string | undefined> {
    const now = this.#parts.clock.now();
    const ids = await tx.campaigns.toLink(campaign);
    for (const id of ids) {
      const ticket = (await tx.tickets.get(id))!;
      const linked = await tx.tickets.update(id, ticket.version, { campaignId: campaign.id, updatedAt: now });
      await enter(tx, linked, now, 'changed', `part of campaign ${campaign.number}`, ticket);
    }
    return ids.at(-1);
  }

  /** A line of history, which notifications tell, and word to the desk; gives the outbox row. */
  async #tell(tx: Repositories, campaign: Campaign, ticketId: string | undefined): Promise<string | undefined> {
    const ticket = ticketId === undefined ? undefined : await tx.tickets.get(ticketId);
    if (!ticket) return undefined;
    const now = this.#parts.clock.now();
    await enter(tx, ticket, now, 'campaign', textOf(campaign));
    if (isUnreleased(ticket)) return undefined;
    return deliverLater(tx, ticket, 'ticket.updated', `campaign ${campaign.id}`, now);
  }

  async #do<T extends { readonly outboxId?: string | undefined }>(work: (tx: Repositories) => Promise<T>): Promise<T> {
    const done = await this.#parts.database.transaction(work);
    if (done.outboxId !== undefined) this.#parts.deliver(done.outboxId);
    return done;
  }
}

function textOf({ number, modelId, batch, evidence, note }: Campaign): string {
  const which = batch === undefined ? `model ${modelId}` : `batch ${batch} of ${modelId}`;
  const why = evidence
    ? `${evidence.affected} of ${evidence.assets} assets have had it, ${evidence.expected.toFixed(1)} were to be expected ` +
      `(p = ${evidence.p.toPrecision(2)})`
    : note;
  return `campaign ${number}: ${which}${why ? `: ${why}` : ''}`;
}
