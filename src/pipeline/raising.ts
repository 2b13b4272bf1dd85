import type { Finding } from '../domain/finding.ts';
import type { RuleDefinition, RuleMode } from '../domain/model.ts';
import type { StormPolicy } from '../domain/storm.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { WriteTitle } from '../domain/ticketText.ts';
import { HOUR, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { FindingRow, Repositories } from '../ports/database.ts';
import type { Fleet } from './fleet.ts';
import { type RaiseContext, type Raised, raise, raiseHeld, retract } from './raise.ts';
import { holds } from './stormHold.ts';
import type { Tracked } from './tracked.ts';
import { trippedSetting } from './trips.ts';

export interface RaisingParts {
  /** Told of each outbox row once it is committed. */
  readonly deliver: (outboxId: string) => void;
  /** Told of each ticket once it is committed. */
  readonly opened: (ticket: Ticket, tracked: Tracked) => void;
  readonly title?: WriteTitle | undefined;
  readonly ledger: Ledger;
  readonly storms: StormPolicy;
  readonly fleet: Pick<Fleet, 'size'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What findings lead to, in a transaction of whoever made them, and what is told of it once that is committed. */
export class Raising {
  readonly #parts: RaisingParts;

  constructor(parts: RaisingParts) {
    this.#parts = parts;
  }

  async raise(tracked: Tracked, finding: Finding, tx: Repositories): Promise<Raised> {
    const context = this.#context(tracked, finding.ruleId, tx);
    const { storms: policy, fleet } = this.#parts;
    return raise(tracked, finding, {
      ...context,
      holds: (row) => holds(tracked, row, { tx, now: context.now, policy, fleet }),
    });
  }

  /** What was held back turned out to be of this asset alone. */
  async raiseHeld(tracked: Tracked, row: FindingRow, tx: Repositories, parentId: string | undefined): Promise<Raised> {
    if (!tracked.compiled.ruleById.has(row.ruleId)) return {};
    return raiseHeld(tracked, row, { ...this.#context(tracked, row.ruleId, tx), parentId });
  }

  /** The mode in which a ticket opens that many assets share: it counts for no rule's cap. */
  async modeOfStorm(tracked: Tracked, ruleId: string, tx: Repositories): Promise<RuleMode> {
    const rule = tracked.compiled.ruleById.get(ruleId);
    const mode = rule ? configuredMode(rule, tracked.asset.siteId) : 'live';
    const hasTripped = (await tx.settings.get(trippedSetting(tracked.model.id, ruleId))) !== undefined;
    return mode === 'live' && hasTripped ? 'propose' : mode;
  }

  #context(tracked: Tracked, ruleId: string, tx: Repositories): RaiseContext {
    const now = this.#parts.clock.now();
    const rule = tracked.compiled.ruleById.get(ruleId)!;
    const mode = configuredMode(rule, tracked.asset.siteId);
    const modeForOpening = () => this.#modeForOpening(tracked, rule, tx, now);
    return { tx, now, mode, modeForOpening, title: this.#parts.title };
  }

  retract(row: FindingRow, tx: Repositories): Promise<Raised> {
    return retract(row, tx, this.#parts.clock.now());
  }

  /** Counts, logs and delivers what is committed. */
  followUp({ opened, reopened, outboxId }: Raised, tracked: Tracked): void {
    if (opened) {
      this.#parts.ledger.ticketsOpened++;
      const { number, priority, assetId, title } = opened;
      this.#parts.log.info({ ticket: number, priority, asset: assetId, status: opened.status }, title.en);
      this.#parts.opened(opened, tracked);
    }
    if (reopened) {
      const { number, assetId, title } = reopened;
      this.#parts.log.info({ ticket: number, asset: assetId, reopened: reopened.reopened }, `again: ${title.en}`);
    }
    if (outboxId !== undefined) this.#parts.deliver(outboxId);
  }

  /** Live rules that have tripped, or do now, only propose. */
  async #modeForOpening(tracked: Tracked, rule: RuleDefinition, tx: Repositories, now: Timestamp): Promise<RuleMode> {
    const mode = configuredMode(rule, tracked.asset.siteId);
    if (mode !== 'live') return mode;
    const setting = trippedSetting(tracked.model.id, rule.id);
    if ((await tx.settings.get(setting)) !== undefined) return 'propose';
    const opened = await tx.tickets.countByRule(rule.id, tracked.model.id, now - HOUR);
    if (opened < rule.maxTicketsPerHour) return 'live';
    await tx.settings.set(setting, now);
    this.#parts.log.error(
      { model: tracked.model.id, rule: rule.id, opened, cap: rule.maxTicketsPerHour },
      'rule opened more tickets within an hour than its cap: from now on it only proposes, until it is reset',
    );
    return 'propose';
  }
}

export function configuredMode(rule: RuleDefinition, siteId: string): RuleMode {
  return rule.mode[siteId] ?? rule.mode.default;
}
