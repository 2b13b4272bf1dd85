import { isIn, type Place, type StormPolicy, type StormScope, scopeKey } from '../domain/storm.ts';
import { isOngoing, isUnreleased, type Ticket } from '../domain/ticket.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import { type Database, type Repositories, StaleVersionError, type TicketChange } from '../ports/database.ts';
import type { DeliveryEvent } from '../ports/serviceDesk.ts';
import type { HeldFinding, OngoingStorm, RecentTicket, StormMember } from '../ports/storms.ts';
import { describeMode } from '../rules/model.ts';
import type { Fleet } from './fleet.ts';
import { deliverLater, enter, isOver, moved, type Raised } from './raise.ts';
import type { Raising } from './raising.ts';
import { type HeldPlace, type JudgedStorm, judge } from './stormJudge.ts';
import { composeStorm, type StormPart, stormFacts } from './stormTicket.ts';
import type { Tracked } from './tracked.ts';

const SWEEP_EVERY: Duration = 2 * SECOND;
/** After so many sweeps that failed in a row, what is due is let go one by one: a storm in many tickets beats none. */
const PATIENCE = 30;
/** The desk is told of more assets once there are so many times as many as when it was last told. */
const WORTH_TELLING = 1.2;

export interface StormKeeperParts {
  readonly database: Database;
  readonly raising: Pick<Raising, 'raiseHeld' | 'followUp' | 'modeOfStorm'>;
  readonly fleet: Pick<Fleet, 'all' | 'get'>;
  readonly policy: StormPolicy;
  /** Assets come through more than one broker. */
  readonly severalBrokers: boolean;
  readonly deliver: (outboxId: string) => void;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors'>;
  readonly log: Log;
}

/** What is to be done once a judgement is committed. */
interface Outcome {
  readonly own: HeldFinding[];
  readonly raised: { readonly raised: Raised; readonly tracked: Tracked }[];
  readonly outboxIds: string[];
}

/**
 * Decides what becomes of findings that are held back: part of a storm, which is one ticket, or a ticket of their own.
 * The rows in the database are the truth; one node at a time judges them, and whatever it decides is one transaction.
 */
export class StormKeeper {
  readonly #parts: StormKeeperParts;
  #stop: () => void = () => undefined;
  #sweeping: Promise<void> = Promise.resolve();
  /** Sweeps that failed in a row. */
  #failed = 0;

  constructor(parts: StormKeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stop = this.#parts.clock.every(SWEEP_EVERY, () => this.sweep());
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop();
    await this.#sweeping;
  }

  sweep(): Promise<void> {
    this.#sweeping = this.#sweep();
    return this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { database, metrics, log } = this.#parts;
    try {
      const [held, ongoing] = [await database.storms.held(), await database.storms.ongoing()];
      if (held.length === 0 && ongoing.length === 0) return;
      if (this.#failed >= PATIENCE) await this.#letAllGo(held.filter((one) => this.#isOverdue(one)));
      const outcome: Outcome = await database.transaction((tx) => this.#judge(tx));
      this.#failed = 0;
      for (const { raised, tracked } of outcome.raised) this.#parts.raising.followUp(raised, tracked);
      for (const id of outcome.outboxIds) this.#parts.deliver(id);
      await this.#letAllGo(outcome.own);
    } catch (error) {
      if (error instanceof StaleVersionError)
        return log.debug({ err: error }, 'the ticket of a storm was changed meanwhile');
      this.#failed++;
      if (error instanceof UnavailableError) metrics.partErrors.inc({ part: 'database' });
      log.warn({ err: error }, 'findings wait: it could not be judged whether they are a storm');
    }
  }

  #isOverdue({ dueAt, backAt }: HeldFinding): boolean {
    return backAt === undefined && dueAt <= this.#parts.clock.now();
  }

  /** One that can't be let go does not keep the others; the next sweep tries it again. */
  async #letAllGo(held: readonly HeldFinding[]): Promise<void> {
    for (const one of held) {
      try {
        await this.#letGo(one);
      } catch (error) {
        const { assetId, ruleId } = one.finding;
        this.#parts.log.warn({ err: error, asset: assetId, rule: ruleId }, 'a finding waits: its ticket did not open');
      }
    }
  }

  /** It is of one asset alone: its ticket opens, unless another node has seen to that. */
  async #letGo({ finding, parentId }: HeldFinding): Promise<void> {
    const { database, fleet, raising } = this.#parts;
    const tracked = fleet.get(finding.assetId);
    if (!tracked) return;
    const raised = await database.transaction(async (tx): Promise<Raised> => {
      if (!(await tx.storms.release(finding.id))) return {};
      return raising.raiseHeld(tracked, finding, tx, parentId);
    });
    raising.followUp(raised, tracked);
  }

  async #judge(tx: Repositories): Promise<Outcome> {
    const now = this.#parts.clock.now();
    const outcome: Outcome = { own: [], raised: [], outboxIds: [] };
    await tx.storms.lock();
    await this.#takeUp(tx, now);
    const storms = await this.#ongoing(tx, now);
    const held = await tx.storms.held();
    if (held.length > 0) await this.#judgeHeld(tx, held, storms, outcome, now);
    for (const { ticketId } of storms) await this.#refresh(tx, ticketId, undefined, outcome, now);
    return outcome;
  }

  async #judgeHeld(
    tx: Repositories,
    all: readonly HeldFinding[],
    storms: readonly OngoingStorm[],
    outcome: Outcome,
    now: Timestamp,
  ): Promise<void> {
    const { policy, fleet } = this.#parts;
    const quiet = await this.#quiet(tx, now);
    const placeOf = await this.#placing(tx);
    const places = [...fleet.all()].map(placeOf).filter((place) => !quiet.mutes(place));
    const held = all.flatMap((one) => this.#heldPlace(one, quiet, placeOf));
    const recent = await this.#recent(tx, now);
    const withMembers = storms.map(async ({ ticketId, scope }) => {
      return { ticketId, scope, out: outOf(await tx.storms.members(ticketId)) };
    });
    const judged = judge({
      held,
      storms: await Promise.all(withMembers),
      recent: recent.map(({ assetId }) => assetId),
      places,
      policy,
      now,
    });
    const near = (scope: StormScope) =>
      recent.filter(({ assetId }) => {
        const tracked = fleet.get(assetId);
        return tracked && isIn(placeOf(tracked), scope);
      });
    for (const storm of judged.storms)
      await this.#brew(tx, storm, judged.sizeOf(storm.scope), near(storm.scope), outcome, now);
    await tx.storms.forget(judged.gone.map((one) => one.held.finding.id));
    outcome.own.push(...judged.own.map((one) => one.held));
  }

  /** A storm whose ticket was reopened goes on. */
  async #takeUp(tx: Repositories, now: Timestamp): Promise<void> {
    const held = await tx.storms.held();
    for (const parentId of new Set(held.flatMap((one) => one.parentId ?? []))) {
      const ticket = await tx.tickets.get(parentId);
      if (!ticket?.storm || !isOngoing(ticket.status)) continue;
      if (!(await tx.storms.begin({ ticketId: parentId, scope: ticket.storm.scope }))) continue;
      const ids = held.filter((one) => one.parentId === parentId).map(({ finding }) => finding.id);
      await tx.storms.join(parentId, ids, now);
    }
  }

  /** Those whose ticket goes on; where it has ended, whoever is still out is looked at anew. */
  async #ongoing(tx: Repositories, now: Timestamp): Promise<OngoingStorm[]> {
    const { window } = this.#parts.policy;
    const going: OngoingStorm[] = [];
    for (const storm of await tx.storms.ongoing()) {
      const ticket = await tx.tickets.get(storm.ticketId);
      if (ticket && isOngoing(ticket.status)) {
        going.push(storm);
        continue;
      }
      const left = (await tx.storms.members(storm.ticketId)).filter(isOut);
      await tx.storms.end(storm.ticketId, now);
      for (const { finding } of left)
        await tx.storms.hold({ finding, alike: true, heldAt: now, dueAt: now + window, parentId: storm.ticketId });
    }
    return going;
  }

  async #quiet(tx: Repositories, now: Timestamp): Promise<Quiet> {
    const { window } = this.#parts.policy;
    const maintained = new Set(await tx.storms.inMaintenance(now));
    const shutdowns = await tx.storms.shutdownsSince(now - window);
    const down = new Set(shutdowns.filter(({ from, to }) => from <= now && now < to).map(({ siteId }) => siteId));
    return {
      mutes: ({ assetId, siteId }) => maintained.has(assetId) || down.has(siteId),
      // What a shutdown kept silent has the usual time to come back after it.
      dueAt: ({ siteId }, { dueAt, heldAt }) =>
        shutdowns
          .filter((one) => one.siteId === siteId && one.from <= heldAt && heldAt < one.to)
          .reduce((due, { to }) => Math.max(due, to + window), dueAt),
    };
  }

  async #placing(tx: Repositories): Promise<PlaceOf> {
    const brokers = this.#parts.severalBrokers ? await tx.storms.brokers() : new Map<string, string>();
    return ({ asset: { id, siteId, gateway } }) => ({ assetId: id, siteId, gateway, broker: brokers.get(id) });
  }

  #heldPlace(held: HeldFinding, quiet: Quiet, placeOf: PlaceOf): HeldPlace[] {
    const tracked = this.#parts.fleet.get(held.finding.assetId);
    if (!tracked) return [];
    const place = placeOf(tracked);
    return quiet.mutes(place) ? [] : [{ held, place, dueAt: quiet.dueAt(place, held) }];
  }

  async #recent(tx: Repositories, now: Timestamp): Promise<RecentTicket[]> {
    const { policy, fleet } = this.#parts;
    const recent = await tx.storms.ticketsSince(now - policy.window);
    return recent.filter(({ assetId, componentId, failureModeId, isSilence }) => {
      const model = fleet.get(assetId)?.model;
      return isSilence || (model && describeMode(model, componentId, failureModeId).stormable);
    });
  }

  async #brew(
    tx: Repositories,
    { ticketId, scope, widened, joining }: JudgedStorm,
    of: number,
    /** Of its scope. */
    recent: readonly RecentTicket[],
    outcome: Outcome,
    now: Timestamp,
  ): Promise<void> {
    const id = ticketId ?? (await this.#open(tx, scope, joining, of, outcome, now));
    if (widened) await tx.storms.widen(id, scope);
    await tx.storms.join(
      id,
      joining.map(({ held }) => held.finding.id),
      now,
    );
    if (ticketId === undefined || widened) await this.#adopt(tx, id, recent, now);
    if (ticketId !== undefined) await this.#refresh(tx, id, { scope, of }, outcome, now);
  }

  async #open(
    tx: Repositories,
    scope: StormScope,
    joining: readonly HeldPlace[],
    of: number,
    outcome: Outcome,
    now: Timestamp,
  ): Promise<string> {
    const { raising, fleet, log } = this.#parts;
    const parts = joining.map(({ held }) => this.#part(held.finding, held.backAt === undefined));
    const modes = await Promise.all(
      parts.map(({ finding }) => raising.modeOfStorm(fleet.get(finding.assetId)!, finding.ruleId, tx)),
    );
    const mode = modes.includes('live') ? 'live' : 'propose';
    const before = joining.find(({ held }) => held.parentId !== undefined)?.held.parentId;
    // An asset that another storm is filed under can't be the one that this is filed under.
    for (const assetId of new Set(parts.map(({ finding }) => finding.assetId))) {
      const tracked = fleet.get(assetId)!;
      const ticket = await tx.tickets.insert(composeStorm(tracked.asset, parts, { scope, of, mode, before, now }));
      if (!ticket) continue;
      if (!(await tx.storms.begin({ ticketId: ticket.id, scope }))) break;
      await enter(tx, ticket, now, 'opened', `a storm: ${scopeKey(scope)}`);
      const outboxId = mode === 'live' ? await deliverLater(tx, ticket, 'ticket.opened', 'storm', now) : undefined;
      outcome.raised.push({ raised: { opened: ticket, ...(outboxId !== undefined && { outboxId }) }, tracked });
      log.warn(
        { ticket: ticket.number, scope: scopeKey(scope), assets: ticket.storm!.assets },
        'many assets are out at once',
      );
      return ticket.id;
    }
    throw new Error(`no ticket could be opened for the storm of ${scopeKey(scope)}`);
  }

  #part(finding: HeldFinding['finding'], isOut: boolean): StormPart {
    return { finding, isOut, subject: this.#parts.fleet.get(finding.assetId) };
  }

  /** Tickets of a moment ago that belong to it stay, and name it. */
  async #adopt(tx: Repositories, id: string, recent: readonly RecentTicket[], now: Timestamp) {
    const parent = await tx.tickets.get(id);
    for (const { id: childId } of recent) {
      const child = await tx.tickets.get(childId);
      if (!child || child.parentId !== undefined) continue;
      const after = await tx.tickets.update(child.id, child.version, { parentId: id, updatedAt: now });
      await enter(tx, after, now, 'changed', `part of the storm of ticket ${parent!.number}`, child);
    }
  }

  /** Brings the ticket to what is known of the storm now; nothing where that is as it was. */
  async #refresh(
    tx: Repositories,
    id: string,
    counted: { readonly scope: StormScope; readonly of: number } | undefined,
    outcome: Outcome,
    now: Timestamp,
  ): Promise<void> {
    const ticket = await tx.tickets.get(id);
    if (!ticket?.storm) return;
    const before = ticket.storm;
    const { scope, of } = counted ?? before;
    const size = await tx.storms.sizeOf(id);
    if (!counted && size.assets === before.assets && size.out === before.out) return;
    const parts = (await tx.storms.members(id)).map((member) => this.#part(member.finding, isOut(member)));
    const facts = stormFacts(parts, scope, of, before.told, now);
    const { assets, out } = facts.storm;
    const wider = scopeKey(scope) !== scopeKey(before.scope);
    if (assets === before.assets && out === before.out && !wider) return;
    const turn = turnOf(ticket, out);
    const telling = !isUnreleased(ticket) && (turn !== undefined || wider || assets >= WORTH_TELLING * before.told);
    const change: TicketChange = {
      ...facts,
      storm: { ...facts.storm, ...(telling && { told: assets }) },
      ...turn?.change(now),
      updatedAt: now,
    };
    const after = await tx.tickets.update(id, ticket.version, change);
    const text = wider ? `the storm is wider: ${scopeKey(scope)}` : textOf(before, facts.storm);
    const allBack = out === 0 && before.out > 0;
    const grown = wider || assets > before.assets;
    if (turn || allBack || wider || telling)
      await enter(tx, after, now, allBack ? 'cleared' : grown ? 'evidence' : 'transition', text, ticket);
    if (telling) outcome.outboxIds.push(await deliverLater(tx, after, EVENT, `storm of ${assets}, ${out} out`, now));
  }
}

const EVENT: DeliveryEvent = 'ticket.updated';

type PlaceOf = (tracked: Tracked) => Place;

interface Quiet {
  readonly mutes: (place: Place) => boolean;
  readonly dueAt: (place: Place, held: HeldFinding) => Timestamp;
}

/** What comes of it for the status: once all are back it is done unless somebody has taken note; with more that are out, not. */
function turnOf(ticket: Ticket, out: number): { change(now: Timestamp): TicketChange } | undefined {
  const { status } = ticket;
  if (out === 0 && (status === 'open' || status === 'proposed'))
    return {
      change: (now) => ({
        ...moved(ticket, 'resolved', now),
        closing: { outcome: 'cleared-unconfirmed', ...(status === 'proposed' && { unreleased: true }) },
      }),
    };
  if (isOver(ticket) && ticket.storm!.out < out)
    return { change: (now) => moved(ticket, isUnreleased(ticket) ? 'proposed' : 'open', now) };
  return undefined;
}

function textOf(before: { assets: number; out: number }, { assets, out }: { assets: number; out: number }): string {
  if (out === 0) return `all ${assets} assets are back`;
  const joined = assets - before.assets;
  return joined > 0 ? `${joined} more assets, ${out} of ${assets} are out` : `${out} of ${assets} assets are out`;
}

function isOut({ backAt }: StormMember): boolean {
  return backAt === undefined;
}

function outOf(members: readonly StormMember[]): string[] {
  return [...new Set(members.filter(isOut).map(({ finding }) => finding.assetId))];
}
