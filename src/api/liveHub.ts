import { type Duration, MINUTE, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { ChangeRepository } from '../ports/changes.ts';
import { formatChange, formatEvent, formatPlace } from './liveEvents.ts';

/** Where events go: one connection. */
export interface Listener {
  write(text: string): void;
  /** Bytes that were written and that the network has not taken yet. */
  readonly waiting: number;
  /** Ends in order; who listens comes back and goes on. */
  end(): void;
  /** Drops the connection with all that waits. */
  cut(): void;
}

export interface LiveOptions {
  /** How often what changed is looked for while somebody listens. */
  readonly every?: Duration;
  readonly heartbeat?: Duration;
  /** So long a connection lasts: then it comes back and shows its key again. */
  readonly lifetime?: Duration;
  readonly maxListeners?: number;
  /** More bytes that wait for one listener than this, and it is cut off. */
  readonly maxWaiting?: number;
  /** More changes than this at once are not told one by one. */
  readonly maxChanges?: number;
}

interface Joined {
  readonly listener: Listener;
  readonly since: number;
}

interface Joining extends Joined {
  /** The place after which it wants to go on. */
  readonly after: string | undefined;
}

/**
 * Tells all who listen what changed. One loop reads for everybody, and only while somebody listens. Who joins is told what
 * it missed up to the place where the loop is, and follows with the others from there: nothing is missed, and none twice.
 */
export class LiveHub {
  readonly #changes: ChangeRepository;
  readonly #log: Log;
  readonly #options: Required<LiveOptions>;
  #joining: Joining[] = [];
  readonly #joined = new Map<Listener, Joined>();
  /** How far those who have joined have been told. */
  #place: string | undefined;
  #round: Promise<void> | undefined;
  #next: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #failing = false;
  #stopped = false;

  constructor(changes: ChangeRepository, log: Log, options: LiveOptions = {}) {
    this.#changes = changes;
    this.#log = log;
    this.#options = {
      every: SECOND,
      heartbeat: 15 * SECOND,
      lifetime: 15 * MINUTE,
      maxListeners: 500,
      maxWaiting: 1024 * 1024,
      maxChanges: 1000,
      ...options,
    };
  }

  get isFull(): boolean {
    return this.#joined.size + this.#joining.length >= this.#options.maxListeners;
  }

  /** @param after the place of the last event it had; it is told first what came since */
  join(listener: Listener, after: string | undefined): void {
    if (this.#stopped) {
      listener.end();
      return;
    }
    this.#joining.push({ listener, after, since: Date.now() });
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#options.heartbeat);
    if (!this.#round) this.#schedule(0);
  }

  leave(listener: Listener): void {
    this.#joining = this.#joining.filter((one) => one.listener !== listener);
    this.#joined.delete(listener);
    if (this.#joining.length + this.#joined.size > 0) return;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#next);
    this.#heartbeat = undefined;
    this.#next = undefined;
    this.#place = undefined;
  }

  /** Ends all connections; resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { listener } of [...this.#joining, ...this.#joined.values()]) {
      listener.end();
      this.leave(listener);
    }
    await this.#round;
  }

  #schedule(wait: Duration): void {
    clearTimeout(this.#next);
    this.#next = setTimeout(() => {
      this.#round = this.#look().finally(() => {
        this.#round = undefined;
        if (this.#joining.length > 0) this.#schedule(this.#failing ? this.#options.every : 0);
        else if (this.#joined.size > 0) this.#schedule(this.#options.every);
      });
    }, wait);
  }

  async #look(): Promise<void> {
    try {
      // Those who were there before the log is read: the place it leads to is then not before the one they come from.
      const joining = [...this.#joining];
      await this.#goOn();
      for (const one of joining) await this.#admit(one);
      if (this.#failing) this.#log.info('changes can be read again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.warn({ err: error }, 'changes cannot be read: live pages wait');
      this.#failing = true;
    }
  }

  async #goOn(): Promise<void> {
    if (this.#place === undefined) {
      this.#place = await this.#changes.place();
      return;
    }
    const found = await this.#changes.since(this.#place, this.#options.maxChanges);
    this.#place = found?.place ?? (await this.#changes.place());
    const text = found ? found.changes.map(formatChange).join('') : formatEvent('reset', {}, this.#place);
    if (text !== '') for (const listener of this.#joined.keys()) this.#tell(listener, text);
  }

  async #admit({ listener, after, since }: Joining): Promise<void> {
    const place = this.#place;
    if (place === undefined) return;
    const missed = after === undefined ? undefined : await this.#changes.since(after, this.#options.maxChanges, place);
    // It may have left meanwhile.
    if (!this.#joining.some((one) => one.listener === listener)) return;
    this.#joining = this.#joining.filter((one) => one.listener !== listener);
    this.#joined.set(listener, { listener, since });
    const opening = formatEvent(after === undefined || missed ? 'ready' : 'reset', {}, place);
    this.#tell(listener, `${(missed?.changes ?? []).map(formatChange).join('')}${opening}`);
  }

  #tell(listener: Listener, text: string): void {
    listener.write(text);
    if (listener.waiting <= this.#options.maxWaiting) return;
    this.leave(listener);
    listener.cut();
  }

  /** Keeps proxies from closing what is quiet, and moves on the place from which who is cut off would go on. */
  #beat(): void {
    const text = `:\n${this.#place === undefined ? '' : formatPlace(this.#place)}\n`;
    const ended = Date.now() - this.#options.lifetime;
    for (const { listener, since } of [...this.#joined.values()]) {
      this.#tell(listener, text);
      if (since > ended) continue;
      this.leave(listener);
      listener.end();
    }
    for (const { listener } of this.#joining) listener.write(':\n\n');
  }
}
