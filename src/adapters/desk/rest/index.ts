import { createHash } from 'node:crypto';
import { OUTCOMES, type Outcome, type TicketEntry } from '../../../domain/ticket.ts';
import { type Duration, MINUTE, parseDuration, type Timestamp } from '../../../domain/time.ts';
import { isOver, stateOf, type WorkOrder, type WorkOrderComment } from '../../../domain/workOrder.ts';
import type { Log } from '../../../log.ts';
import type { Clock } from '../../../ports/clock.ts';
import {
  type Delivery,
  type DeliveryResult,
  PermanentDeliveryError,
  type ServiceDesk,
  type WorkOrderChange,
  WorkOrderGoneError,
} from '../../../ports/serviceDesk.ts';
import { textAt } from '../../../presets/pointer.ts';
import type { DeskPreset, PresetStep } from '../../../presets/schema.ts';
import { select } from '../../../presets/select.ts';
import { type Scope, Templates } from '../../../presets/template.ts';
import { type DeskTexts, type Language, TEXTS } from '../../../presets/texts.ts';
import { Calls, type Login } from './calls.ts';
import { entriesOf } from './lists.ts';
import { plainText } from './plainText.ts';
import { timeOf } from './times.ts';

const OVERLAP: Duration = 2 * MINUTE;
/** What Fettle writes into a desk carries this, so that it knows its own words again. */
const MARKER = /\[fettle [0-9a-f]{12}\]/;
/** A line by which whoever closes a work order may say what was found, where the desk has no field for it. */
const OUTCOME_LINE = /^\s*(?:outcome|结果)\s*[:：]\s*([a-z-]+)\s*$/im;

export interface RestDeskOptions extends Login {
  readonly preset: DeskPreset;
  /** Base address of the desk. */
  readonly url: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly language?: Language;
  readonly texts?: Partial<DeskTexts>;
  readonly timeoutMs?: Duration;
  readonly allowPrivateAddresses?: boolean;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * A desk that is spoken to as a preset says, which is sound. Before it tells or closes a work order it reads it: so it
 * follows one that was merged away, says that one is gone, and closes none twice.
 */
export function createRestDesk(options: RestDeskOptions): ServiceDesk {
  return new RestDesk(options);
}

class RestDesk implements ServiceDesk {
  readonly name: string;
  readonly settle: Duration | undefined;
  readonly changes: ServiceDesk['changes'];
  readonly list: ServiceDesk['list'];
  readonly #options: RestDeskOptions;
  readonly #preset: DeskPreset;
  readonly #templates: Templates;
  readonly #calls: Calls;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #texts: DeskTexts;

  constructor(options: RestDeskOptions) {
    const { preset, language = 'en' } = options;
    this.name = preset.id;
    this.#options = options;
    this.#preset = preset;
    this.#templates = new Templates(preset.words);
    this.#calls = new Calls({ ...options, login: options, templates: this.#templates });
    this.#settings = { ...defaultsOf(preset), ...options.settings };
    this.#texts = { ...TEXTS[language], ...options.texts };
    this.settle = preset.find.settle === undefined ? undefined : parseDuration(preset.find.settle);
    this.changes = preset.changes && this.#changes.bind(this, preset.changes);
    this.list = preset.mine && this.#list.bind(this, preset.mine);
  }

  async deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
    const { event, ticket } = delivery;
    if (event === 'ticket.opened') return this.#create(delivery, signal);
    if (ticket.externalId === undefined) return event === 'ticket.closed' ? {} : this.#create(delivery, signal);
    return event === 'ticket.closed'
      ? this.#close(delivery, ticket.externalId, signal)
      : this.#update(delivery, ticket.externalId, signal);
  }

  async find(episodeKey: string, signal: AbortSignal): Promise<DeliveryResult | undefined> {
    const found: string[] = [];
    const { find } = this.#preset;
    for await (const { id, key } of this.#entries(find, { key: episodeKey }, signal)) {
      // A desk that does not understand a query may answer with all it has.
      const isMeant = !('key' in find.gives) || key === episodeKey;
      if (id !== undefined && isMeant) found.push(id);
    }
    const [first] = found;
    if (first === undefined) return undefined;
    if (found.length > 1) {
      this.#options.log.warn({ desk: this.name, episodeKey, found }, 'the desk has several work orders of one episode');
    }
    return this.#resultOf(first, {});
  }

  async read(externalId: string, signal: AbortSignal): Promise<WorkOrder | undefined> {
    const read = await this.#stateOf(externalId, signal);
    if (!read || read.status === 'deleted') return undefined;
    const { order, note, outcome } = read;
    const comments = await this.#commentsOf(order, signal);
    const own = comments.filter(({ text }) => !MARKER.test(text));
    const said = outcome ?? outcomeIn([note ?? '', ...own.map(({ text }) => text).reverse()]);
    return {
      ...this.#resultOf(order, {}),
      externalId: order,
      comments: own,
      ...(read.status !== undefined && { status: read.status }),
      ...(read.statusText !== undefined && { statusText: read.statusText }),
      ...(read.updatedAt !== undefined && { updatedAt: read.updatedAt }),
      ...(said !== undefined && { outcome: said }),
      ...(note !== undefined && { note }),
    };
  }

  subjectOf(event: unknown): string | undefined {
    return (this.#preset.event ?? []).map((pointer) => textAt(event, pointer)).find((id) => id !== undefined);
  }

  async close(): Promise<void> {
    this.#calls.close();
  }

  async #create(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
    const scope = this.#told(delivery);
    const given = await this.#run(this.#preset.create.steps, scope, signal);
    const { id } = given;
    if (id === undefined) {
      throw new PermanentDeliveryError(
        `${this.name} made a work order and did not say which: check create in its preset`,
      );
    }
    return this.#resultOf(id, { ...scope, ...given });
  }

  async #update(delivery: Delivery, externalId: string, signal: AbortSignal): Promise<DeliveryResult> {
    const { order, status } = await this.#there(externalId, signal);
    const isReopened = isOver(status) && (delivery.news ?? []).some(({ to }) => to === 'open');
    const isWorkedOn = !isOver(status) && delivery.ticket.status === 'in-progress';
    const moved = isReopened ? 'reopened' : isWorkedOn ? 'working' : '';
    const said = await this.#tell(this.#preset.update.steps, delivery, order, signal, { moved });
    if (moved === '') return this.#resultOf(order, {});
    const after = await this.#stateOf(order, signal);
    if (isReopened && after && isOver(after.status)) throw this.#left(after, said);
    const state = after && stateOf(after);
    return { ...this.#resultOf(order, {}), ...(state !== undefined && { state }) };
  }

  /** Closing what is closed already does nothing; what stays open although it was told to close is a refusal. */
  async #close(delivery: Delivery, externalId: string, signal: AbortSignal): Promise<DeliveryResult> {
    const { order, status } = await this.#there(externalId, signal);
    if (isOver(status)) return this.#resultOf(order, {});
    const said = await this.#tell(this.#preset.close.steps, delivery, order, signal);
    const after = await this.#stateOf(order, signal);
    if (after && !isOver(after.status) && after.status !== 'deleted') throw this.#left(after, said);
    return this.#resultOf(order, {});
  }

  /** The work order is not what it was told to become; `said` is what the desk answered. */
  #left({ order, statusText }: State, said: unknown): PermanentDeliveryError {
    const words = said === undefined ? '' : `: ${JSON.stringify(said).slice(0, 200)}`;
    return new PermanentDeliveryError(`${this.name} left work order ${order} ${statusText ?? 'as it was'}${words}`);
  }

  async #there(externalId: string, signal: AbortSignal) {
    const state = await this.#stateOf(externalId, signal);
    if (state && state.status !== 'deleted') return state;
    throw new WorkOrderGoneError(`${this.name} has no work order ${externalId} any more`);
  }

  /** What reading says of a work order, or of the one it was merged into. */
  async #stateOf(id: string, signal: AbortSignal, left = 5): Promise<State | undefined> {
    const { read, statuses, outcomes = {} } = this.#preset;
    const scope = this.#scope({ id });
    try {
      const given = await this.#run(read.steps, scope, signal);
      const status = given.status === undefined ? undefined : statuses[given.status];
      if (status === 'merged' && left > 0) {
        const { into } = await this.#run(read.merged ?? [], { ...scope, ...given }, signal);
        if (into !== undefined && into !== id) return await this.#stateOf(into, signal, left - 1);
        return undefined;
      }
      return {
        order: given.id ?? id,
        status,
        statusText: given.status,
        updatedAt: timeOf(given.updatedAt),
        outcome: given.outcome === undefined ? undefined : outcomes[given.outcome],
        note: given.note,
      };
    } catch (error) {
      if (error instanceof WorkOrderGoneError) return undefined;
      throw error;
    }
  }

  /** The answer of the last step is given back: some desks say there what they did not do. */
  async #tell(
    steps: readonly PresetStep[],
    delivery: Delivery,
    id: string,
    signal: AbortSignal,
    more: Scope = {},
  ): Promise<unknown> {
    const scope = { ...this.#told(delivery), ...more, id };
    const isTold = steps.some(({ once }) => once) && (await this.#holdsMarker(id, markerOf(delivery), signal));
    const due = isTold ? steps.filter(({ once }) => !once) : steps;
    let answer: unknown;
    await this.#run(due, scope, signal, (said) => {
      answer = said;
    });
    return answer;
  }

  async #holdsMarker(id: string, marker: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#commentsOf(id, signal)).some(({ text }) => text.includes(marker));
  }

  async #commentsOf(id: string, signal: AbortSignal): Promise<WorkOrderComment[]> {
    const comments: WorkOrderComment[] = [];
    if (!this.#preset.comments) return comments;
    for await (const entry of this.#entries(this.#preset.comments, { id }, signal)) {
      const at = timeOf(entry.at);
      if (entry.id === undefined || entry.text === undefined) continue;
      const { author } = entry;
      const text = entry.type === 'text/html' ? plainText(entry.text) : entry.text;
      comments.push({ id: entry.id, text, ...(author && { author }), ...(at !== undefined && { at }) });
    }
    return comments;
  }

  async #changes(list: NonNullable<DeskPreset['changes']>, since: Timestamp, signal: AbortSignal) {
    const overlap = (list.overlap === undefined ? undefined : parseDuration(list.overlap)) ?? OVERLAP;
    const from = Math.max(0, since - overlap);
    const minutes = Math.max(1, Math.ceil((this.#options.clock.now() - from) / MINUTE));
    const changes: WorkOrderChange[] = [];
    for await (const { id, updatedAt } of this.#entries(
      list,
      { since: new Date(from).toISOString(), minutes },
      signal,
    )) {
      const at = timeOf(updatedAt);
      const isOlder = at !== undefined && at < from;
      if (id !== undefined && !isOlder) changes.push({ externalId: id, ...(at !== undefined && { updatedAt: at }) });
    }
    return changes;
  }

  async #list(list: NonNullable<DeskPreset['mine']>, signal: AbortSignal): Promise<string[]> {
    const ids: string[] = [];
    for await (const { id } of this.#entries(list, {}, signal)) if (id !== undefined) ids.push(id);
    return ids;
  }

  #entries(list: Parameters<typeof entriesOf>[0], scope: Scope, signal: AbortSignal) {
    return entriesOf(list, this.#scope(scope), { calls: this.#calls, templates: this.#templates }, signal);
  }

  /** Runs steps one after the other, each with what those before it gave. */
  async #run(
    steps: readonly PresetStep[],
    scope: Scope,
    signal: AbortSignal,
    heard?: (answer: unknown) => void,
  ): Promise<Record<string, string>> {
    let given: Record<string, string> = {};
    for (const step of steps) {
      const known = { ...scope, ...given };
      if (step.when !== undefined && this.#templates.render(step.when, known) === '') continue;
      const answer = await this.#calls.call(step, known, signal);
      heard?.(answer);
      given = { ...given, ...select(answer, step.gives, known, this.#templates) };
    }
    return given;
  }

  #resultOf(id: string, scope: Scope): DeliveryResult & { externalId: string } {
    const { url } = this.#preset.create;
    if (url === undefined) return { externalId: id };
    const address = this.#templates.render(url, { ...this.#scope({}), ...scope, id });
    return { externalId: id, ...(URL.canParse(address) && { externalUrl: address }) };
  }

  #told(delivery: Delivery): Scope {
    const { event, ticket, document, body, news = [] } = delivery;
    const { language = 'en' } = this.#options;
    const scope = this.#scope({
      ticket: document,
      news: news.map(lineOf),
      title: ticket.title[language],
      summary: ticket.summary[language],
      body: body[language],
      language,
    });
    const marker = markerOf(delivery);
    const kind = event.slice('ticket.'.length) as keyof DeskTexts;
    const text = `${this.#templates.render(this.#texts[kind], scope)}\n\n${marker}`;
    return { ...scope, key: ticket.episodeKey, marker, text };
  }

  #scope(more: Scope): Scope {
    return { settings: this.#settings, url: this.#options.url.replace(/\/+$/, ''), ...more };
  }
}

interface State {
  /** Id of the work order that was read: another one where the one asked for was merged away. */
  readonly order: string;
  readonly status: WorkOrder['status'] | undefined;
  readonly statusText: string | undefined;
  readonly updatedAt: Timestamp | undefined;
  readonly outcome: Outcome | undefined;
  readonly note: string | undefined;
}

/** A line of a ticket's history as people read it. */
function lineOf({ by, from, to, text }: TicketEntry) {
  const moved = to === undefined ? '' : `${from} → ${to}`;
  return { by, text: [moved, text].filter((part) => part !== '').join(': ') };
}

/** The same at every attempt. */
function markerOf({ key }: Pick<Delivery, 'key'>): string {
  return `[fettle ${createHash('sha256').update(key).digest('hex').slice(0, 12)}]`;
}

function outcomeIn(texts: readonly string[]): Outcome | undefined {
  const words = texts.map((text) => OUTCOME_LINE.exec(text)?.[1]).filter((word) => word !== undefined);
  return OUTCOMES.find((outcome) => outcome === words[0]);
}

function defaultsOf(preset: DeskPreset): Record<string, string> {
  const known = Object.entries(preset.settings ?? {});
  return Object.fromEntries(
    known.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  );
}
