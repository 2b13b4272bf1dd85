import type { Duration } from '../domain/time.ts';
import type { DecoderMessage } from '../pipeline/decoderMessage.ts';
import type { Freed } from '../pipeline/sessions.ts';

/** Messages that wait for a birth, and their bytes. */
export interface RoomBounds {
  readonly messages: number;
  readonly bytes: number;
}

interface Waiting {
  readonly message: DecoderMessage;
  readonly device: string | undefined;
  readonly until: Duration;
}

/** Messages that can't be read before a birth has come, by edge node; each waits for so long at most. */
export class WaitingRoom<N> {
  readonly #bounds: RoomBounds;
  readonly #byNode = new Map<N, Waiting[]>();
  #messages = 0;
  #bytes = 0;

  constructor(bounds: RoomBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#messages;
  }

  /** False when there is no room. */
  add(node: N, waiting: Waiting): boolean {
    const bytes = bytesOf(waiting.message);
    if (this.#messages >= this.#bounds.messages || this.#bytes + bytes > this.#bounds.bytes) return false;
    const list = this.#byNode.get(node);
    if (list) list.push(waiting);
    else this.#byNode.set(node, [waiting]);
    this.#messages++;
    this.#bytes += bytes;
    return true;
  }

  /** Takes out those of a node itself, or of one of its devices, in order of arrival. */
  takeOf(node: N, device: string | undefined): DecoderMessage[] {
    return this.#take(node, (waiting) => waiting.device === device);
  }

  /** Takes out all of a node, for whom no birth will come. */
  takeLost(node: N): Freed[] {
    return this.#take(node, () => true).map(lost);
  }

  takeExpired(now: Duration): Freed[] {
    return this.#takeWhere((waiting) => waiting.until <= now);
  }

  takeAll(): Freed[] {
    return this.#takeWhere(() => true);
  }

  #takeWhere(isMeant: (waiting: Waiting) => boolean): Freed[] {
    return [...this.#byNode.keys()].flatMap((node) => this.#take(node, isMeant).map(lost));
  }

  #take(node: N, isMeant: (waiting: Waiting) => boolean): DecoderMessage[] {
    const list = this.#byNode.get(node) ?? [];
    const taken = list.filter(isMeant);
    if (taken.length === 0) return [];
    const left = list.filter((waiting) => !isMeant(waiting));
    if (left.length > 0) this.#byNode.set(node, left);
    else this.#byNode.delete(node);
    this.#messages -= taken.length;
    for (const { message } of taken) this.#bytes -= bytesOf(message);
    return taken.map(({ message }) => message);
  }
}

function bytesOf({ topic, payload }: DecoderMessage): number {
  return topic.length + payload.length;
}

function lost(message: DecoderMessage): Freed {
  return { message, how: 'lost' };
}
