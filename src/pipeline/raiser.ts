import type { Finding } from '../domain/finding.ts';
import type { RuleDefinition, RuleMode } from '../domain/model.ts';
import type { Ticket } from '../domain/ticket.ts';
import { HOUR, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Ledger, Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, FindingRow, Repositories } from '../ports/database.ts';
import type { FindingSink, RefoldSink } from './assess.ts';
import { type Raised, raise, retract } from './raise.ts';
import { retryUntilDone } from './retry.ts';
import type { Tracked } from './tracked.ts';
import { trippedSetting } from './trips.ts';

export interface RaiserParts {
  readonly database: Database;
  readonly refolds: RefoldSink;
  /** Told of each outbox row once it is committed. */
  readonly deliver: (outboxId: string) => void;
  /** Told of each ticket once it is committed. */
  readonly opened: (ticket: Ticket, tracked: Tracked) => void;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

interface Work {
  readonly tracked: Tracked;
  run(tx: Repositories): Promise<Raised>;
}

/**
 * Puts findings into the database one after the other, each with its ticket and outbox row in one transaction. While
 * the database is down they wait; the states they came from are not saved before them.
 */
export class Raiser implements FindingSink {
  readonly #parts: RaiserParts;
  readonly #queue: Work[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #trouble: string | undefined;

  constructor(parts: RaiserParts) {
    this.#parts = parts;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  findings(tracked: Tracked, findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.#add({ tracked, run: (tx) => this.#raise(tracked, finding, tx) });
    }
  }

  /** Marks findings as taken back. */
  retractions(tracked: Tracked, rows: readonly FindingRow[]): void {
    for (const row of rows) {
      this.#add({ tracked, run: (tx) => retract(row, tx, this.#parts.clock.now()) });
    }
  }

  /** Resolves when everything handed over so far is in the database; rejects when stopped before that. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
    if (this.#queue.length > 0) throw new Error(`stopped with ${this.#queue.length} findings not in the database`);
  }

  /** Gives up what the database does not take; recovery makes it again. */
  stop(): void {
    this.#stop.abort();
  }

  #add(work: Work): void {
    work.tracked.unraised++;
    this.#queue.push(work);
    this.#start();
  }

  #start(): void {
    if (this.#running || this.#queue.length === 0 || this.#stop.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#start();
    });
  }

  async #run(): Promise<void> {
    for (let work = this.#queue[0]; work && !this.#stop.signal.aborted; work = this.#queue[0]) {
      const { clock, log, metrics } = this.#parts;
      const end = metrics.raise.startTimer();
      const { run, tracked } = work;
      try {
        const raised = await retryUntilDone('recording a finding', () => this.#parts.database.transaction(run), {
          clock,
          log,
          signal: this.#stop.signal,
          onFailure: (error) => {
            metrics.partErrors.inc({ part: 'database' });
            this.#trouble = error instanceof Error ? error.message : String(error);
          },
        });
        this.#trouble = undefined;
        end();
        this.#queue.shift();
        tracked.unraised--;
        this.#followUp(raised, tracked);
      } catch (error) {
        log.warn({ err: error, waiting: this.#queue.length }, 'stopped before all findings were in the database');
        return;
      }
    }
  }

  #followUp({ opened, closed, outboxId }: Raised, tracked: Tracked): void {
    if (opened) {
      this.#parts.ledger.ticketsOpened++;
      const { number, priority, assetId, title } = opened;
      this.#parts.log.info({ ticket: number, priority, asset: assetId, status: opened.status }, title.en);
      this.#parts.opened(opened, tracked);
    }
    if (outboxId !== undefined) this.#parts.deliver(outboxId);
    if (closed) this.#parts.refolds.refold(tracked, closed.closing?.replaced?.at ?? closed.episodeStart);
  }

  async #raise(tracked: Tracked, finding: Finding, tx: Repositories): Promise<Raised> {
    const now = this.#parts.clock.now();
    const rule = tracked.compiled.ruleById.get(finding.ruleId)!;
    const mode = configuredMode(rule, tracked.asset.siteId);
    const modeForOpening = () => this.#modeForOpening(tracked, rule, tx, now);
    return raise(tracked, finding, { tx, now, mode, modeForOpening });
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
