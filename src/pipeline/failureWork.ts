import { isDeepStrictEqual } from 'node:util';
import type { ComponentInstalledEvent } from '../domain/asset.ts';
import type {
  FailureCorrection,
  FailureRecord,
  FailureSource,
  NewFailure,
  RecordedFailures,
} from '../domain/failure.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import type { Actor } from '../domain/request.ts';
import { OWN_KEY } from '../domain/ticketFailures.ts';
import type { Timestamp } from '../domain/time.ts';
import { NotFoundError, UnacceptableError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Repositories } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Assessment } from './assessment.ts';
import type { Fleet } from './fleet.ts';
import type { Outcomes } from './outcomes.ts';
import { checkReplacement } from './replacement.ts';
import { withAge } from './serialisedParts.ts';
import { recordEvent } from './ticketClosing.ts';

export interface FailureWorkParts {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly store: Pick<TimeSeriesStore, 'buckets'>;
  readonly assessment: Pick<Assessment, 'event'>;
  readonly outcomes: Pick<Outcomes, 'score'>;
  readonly clock: Clock;
}

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** What people and other systems say of failures. What is said anew of the same external key holds. */
export class FailureWork {
  readonly #parts: FailureWorkParts;

  constructor(parts: FailureWorkParts) {
    this.#parts = parts;
  }

  /**
   * Records all of them, or none where one has a problem: of several, `/3/componentId`. A component that was renewed
   * starts a new life, once.
   */
  async record(said: readonly NewFailure[], source: FailureSource, by: Actor): Promise<RecordedFailures> {
    const { database, clock, fleet, assessment, store } = this.#parts;
    await this.#check(said);
    const now = clock.now();
    let events: ComponentInstalledEvent[] = [];
    const result = await database.transaction(async (tx) => {
      events = [];
      const sum = { recorded: 0, corrected: 0, unchanged: 0, left: 0 };
      const failures: FailureRecord[] = [];
      const touched: FailureRecord[] = [];
      const keys = said.flatMap(({ externalKey }) => externalKey ?? []);
      const takenOut = new Set(keys.length > 0 ? await tx.failures.removedKeys(keys) : []);
      for (const { replaced, ...one } of said) {
        if (one.externalKey !== undefined && takenOut.has(one.externalKey)) {
          sum.left += 1;
          continue;
        }
        const failure = { ...one, id: newId(now), source, recordedAt: now, recordedBy: by.name };
        const [way, known, before] = await enter(tx, failure, by, now);
        sum[way] += 1;
        failures.push(known);
        if (way !== 'unchanged') touched.push(known);
        if (before) touched.push(before);
        if (way !== 'recorded' || !replaced) continue;
        const { assetId, componentId } = one;
        const base = { id: newId(now), assetId, componentId, recordedAt: now, by: by.name };
        const renewal = { ...base, ...replaced, type: 'component-replaced' as const };
        const event = await withAge(renewal, { events: tx.events, fleet, store });
        await recordEvent(tx, event);
        events.push(event);
      }
      await this.#score(tx, touched);
      return { ...sum, failures };
    });
    for (const event of events) assessment.event(fleet.get(event.assetId)!, event);
    return result;
  }

  /** @throws NotFoundError, and UnacceptableError as {@link record} */
  async correct(id: string, { reason, ...said }: FailureCorrection, by: Actor): Promise<FailureRecord> {
    const { database, clock } = this.#parts;
    const known = await database.failures.get(id);
    if (!known) throw new NotFoundError(`There is no failure record ${id}.`);
    const { externalKey: _, ...record } = known;
    await this.#check([{ ...record, ...said }], true);
    const now = clock.now();
    return database.transaction(async (tx) => {
      const before = await tx.failures.get(id);
      if (!before) throw new NotFoundError(`There is no failure record ${id}.`);
      const after = { ...before, ...said };
      if (isDeepStrictEqual(before, after)) return before;
      await tx.failures.change({ id: newId(now), failureId: id, at: now, by: by.name, before, after, reason });
      await this.#score(tx, [before, after]);
      return after;
    });
  }

  /** Takes it out. A component that was replaced with it stays so: that is an event of the asset. */
  async remove(id: string, reason: string, by: Actor): Promise<void> {
    const { database, clock } = this.#parts;
    const now = clock.now();
    await database.transaction(async (tx) => {
      const before = await tx.failures.get(id);
      if (!before) throw new NotFoundError(`There is no failure record ${id}.`);
      await tx.failures.change({ id: newId(now), failureId: id, at: now, by: by.name, before, reason });
      await this.#score(tx, [before]);
    });
  }

  /** In one order, so that two who do it can't wait for each other. */
  async #score(tx: Repositories, touched: readonly FailureRecord[]): Promise<void> {
    const scopes = new Map(touched.map((one) => [JSON.stringify([one.assetId, one.componentId]), one]));
    for (const [, scope] of [...scopes].sort(([a], [b]) => (a < b ? -1 : 1)))
      await this.#parts.outcomes.score(tx, scope);
  }

  async #check(said: readonly NewFailure[], alone = said.length === 1): Promise<void> {
    const problems: Problem[] = [];
    for (const [at, failure] of said.entries()) {
      const place = alone ? '' : `/${at}`;
      for (const { path, message } of await this.#problemsOf(failure))
        problems.push({ path: `${place}${path}`, message });
    }
    const [first, ...others] = problems;
    if (!first) return;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    throw new UnacceptableError(`nothing was recorded: ${first.message}${more}`, problems);
  }

  async #problemsOf(failure: NewFailure): Promise<Problem[]> {
    const { fleet, clock, database } = this.#parts;
    const { assetId, componentId, failureModeId, at, ticketId, replaced, externalKey } = failure;
    const problems: Problem[] = [];
    const wrong = (path: string, message: string) => problems.push({ path, message });
    if (at > clock.now()) wrong('/at', 'a failure lies in the past or now');
    if (externalKey?.startsWith(OWN_KEY)) wrong('/externalKey', `keys that begin with ${OWN_KEY} are Fettle's own`);
    const ticket = ticketId === undefined ? undefined : await database.tickets.get(ticketId);
    if (ticketId !== undefined && ticket?.assetId !== assetId)
      wrong('/ticketId', ticket ? `ticket ${ticket.number} is of asset ${ticket.assetId}` : `no ticket '${ticketId}'`);
    const tracked = fleet.get(assetId);
    if (!tracked) {
      wrong('/assetId', `no asset '${assetId}' is registered`);
      return problems;
    }
    const { model } = tracked;
    const component = model.components.find(({ id }) => id === componentId);
    const isWhole = componentId === WHOLE_ASSET;
    if (!component && !isWhole) {
      const known = [...model.components.map(({ id }) => id), WHOLE_ASSET].join(', ');
      wrong('/componentId', `model ${model.id} has no component '${componentId}'; it has ${known}`);
      return problems;
    }
    const modes = (component ?? model).failureModes.map(({ id }) => id);
    // A record that a ticket made has the failure mode of the ticket, which may be none of the model's.
    if (failureModeId !== undefined && !modes.includes(failureModeId) && failureModeId !== ticket?.failureModeId)
      wrong(
        '/failureModeId',
        `${componentId} has no failure mode '${failureModeId}'; it has ${modes.join(', ') || 'none'}`,
      );
    if (!replaced) return problems;
    if (isWhole) wrong('/replaced', 'this is about the whole asset: say which component was replaced');
    else problems.push(...(await this.#replacementProblems(failure)));
    return problems;
  }

  async #replacementProblems({ assetId, componentId, replaced }: NewFailure): Promise<Problem[]> {
    const { fleet, clock, store } = this.#parts;
    try {
      await checkReplacement(fleet.get(assetId)!, componentId, replaced!, clock.now(), store);
      return [];
    } catch (error) {
      if (!(error instanceof UnacceptableError)) throw error;
      return error.problems.map(({ path, message }) => ({ path: `/replaced${path}`, message }));
    }
  }
}

type Way = 'recorded' | 'corrected' | 'unchanged';

/** What became of it, as it stands now, and what it was before it was corrected. */
async function enter(
  tx: Repositories,
  failure: FailureRecord,
  by: Actor,
  now: Timestamp,
): Promise<readonly [Way, FailureRecord, FailureRecord?]> {
  if (await tx.failures.insert(failure)) return ['recorded', failure];
  const [before] = await tx.failures.ofKeys([failure.externalKey!]);
  const { id, source, recordedAt, recordedBy } = before!;
  const after = { ...failure, id, source, recordedAt, recordedBy };
  if (isDeepStrictEqual(before, after)) return ['unchanged', after];
  const reason = 'said otherwise for the same external key';
  await tx.failures.change({ id: newId(now), failureId: id, at: now, by: by.name, before: before!, after, reason });
  return ['corrected', after, before!];
}
