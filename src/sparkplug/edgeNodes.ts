import { BirthTable } from '../codecs/sparkplug/birthTable.ts';
import { understand } from '../codecs/sparkplug/index.ts';
import type { Payload } from '../codecs/sparkplug/payload.ts';
import { type Told, tell } from '../codecs/sparkplug/readings.ts';
import { subjectOf } from '../codecs/sparkplug/subject.ts';
import type { SparkplugTopic } from '../codecs/sparkplug/topic.ts';
import { isValidId } from '../domain/ids.ts';
import type { SparkplugOptions } from '../domain/source.ts';
import type { Duration } from '../domain/time.ts';
import type { DecoderMessage } from '../pipeline/decoderMessage.ts';
import type { Freed, Handling, Heard, Presence, SessionFigures } from '../pipeline/sessions.ts';
import type { RebirthReason } from './asking.ts';
import { EdgeNode } from './edgeNode.ts';
import { type RoomBounds, WaitingRoom } from './waitingRoom.ts';

/** Edge nodes remembered; of more, the one that was silent for the longest is forgotten. */
const MAX_NODES = 20_000;
/** Of those who have sessions, in characters. */
const LONGEST_TOPIC = 1024;
/** What the births that are remembered may take, in bytes; more than a million metrics with usual names. */
const MAX_BIRTH_BYTES = 256 * 1024 * 1024;

export interface EdgeNodesOptions {
  readonly options: SparkplugOptions;
  readonly bounds: RoomBounds;
  /** Monotonic. */
  readonly elapsed: () => Duration;
  /** 0 to 1. */
  readonly random: () => number;
  /** 256 MiB by default. */
  readonly maxBirthBytes?: number;
}

/** A rebirth that is to be asked for. */
export interface RebirthRequest {
  readonly brokerId: string | undefined;
  readonly group: string;
  readonly node: string;
  readonly reason: RebirthReason;
}

/** A message with all that is needed to take it. */
interface Taken {
  readonly topic: SparkplugTopic;
  readonly payload: Payload;
  readonly message: DecoderMessage;
  readonly subject: string;
  readonly edge: EdgeNode;
}

const NOTHING: Heard = { items: [] };

/**
 * The edge nodes of one source, by their births and deaths (Sparkplug 3.0.0, 5): what the aliases in their data mean,
 * which numbers are missing, whom to ask for a rebirth. Values are handed on as they come, whatever their order; what
 * can't be read before a birth waits for it.
 */
export class EdgeNodes {
  readonly #options: EdgeNodesOptions;
  readonly #nodes = new Map<string, EdgeNode>();
  readonly #waiting: WaitingRoom<EdgeNode>;
  readonly #counts = { staleDeaths: 0, gaps: 0, rebirthRequests: 0 };
  /** What the births of all nodes take. */
  #birthBytes = 0;

  constructor(options: EdgeNodesOptions) {
    this.#options = options;
    this.#waiting = new WaitingRoom(options.bounds);
  }

  get figures(): SessionFigures {
    let online = 0;
    for (const edge of this.#nodes.values()) if (edge.isOnline) online++;
    return { ...this.#counts, online, waiting: this.#waiting.size };
  }

  hear(message: DecoderMessage, how: Handling): Heard {
    const understood = understand(message.payload, message.topic);
    if (understood === 'nothing') return NOTHING;
    if ('reason' in understood) return { items: [understood] };
    const { topic, payload } = understood;
    // What a broker retained is of a session that may be long over.
    // Whoever can't be an asset has no session either: invented names of any length would be remembered.
    const subject = subjectOf(topic, this.#options.options);
    const mayBeAsset = message.topic.length <= LONGEST_TOPIC && isValidId(subject);
    const isLive = how === 'live' && !message.retain && mayBeAsset;
    const edge = isLive ? this.#touch(topic, message) : this.#nodes.get(keyOf(topic, message));
    if (!edge) return this.#alone(topic, payload, subject);
    const taken = { topic, payload, message, subject, edge };
    return isLive ? this.#live(taken) : this.#later(taken, how);
  }

  /** What is due now. `ask` sends a request, and returns whether it could; one that could not is due again at once. */
  tick(ask: (request: RebirthRequest) => boolean): {
    readonly freed: readonly Freed[];
    /** Those that were sent. */
    readonly requests: readonly RebirthRequest[];
  } {
    const now = this.#options.elapsed();
    const { reorderTimeout } = this.#options.options;
    const requests: RebirthRequest[] = [];
    for (const edge of this.#nodes.values()) {
      const { sequence, asking } = edge;
      if (sequence.gapSince !== undefined && now - sequence.gapSince >= reorderTimeout) {
        this.#counts.gaps++;
        sequence.giveUp();
        asking.want('gap', now, 0);
      }
      if (!asking.isDue(now)) continue;
      const { brokerId, group, node } = edge;
      const request = { brokerId, group, node, reason: asking.wanted! };
      if (!ask(request)) continue;
      requests.push(request);
      asking.asked(now);
      this.#counts.rebirthRequests++;
    }
    return { freed: this.#waiting.takeExpired(now), requests };
  }

  /** All that wait, when there is no more time. */
  giveUp(): readonly Freed[] {
    return this.#waiting.takeAll();
  }

  #touch(topic: SparkplugTopic, message: DecoderMessage): EdgeNode {
    const key = keyOf(topic, message);
    const known = this.#nodes.get(key);
    if (known) {
      this.#nodes.delete(key);
      this.#nodes.set(key, known);
      return known;
    }
    const { brokerId, receivedAt } = message;
    const { group, node } = topic;
    const about = { group, node, ...(brokerId !== undefined && { brokerId }) };
    const edge = new EdgeNode(about, receivedAt, this.#options.options.rebirth);
    if (this.#nodes.size >= MAX_NODES) this.#forgetOldest();
    this.#nodes.set(key, edge);
    return edge;
  }

  #forgetOldest(): void {
    const [key, edge] = this.#nodes.entries().next().value!;
    this.#nodes.delete(key);
    this.#birthBytes -= edge.weight;
  }

  #live(taken: Taken): Heard {
    const { edge } = taken;
    const before = edge.weight;
    const heard = this.#dispatch(taken);
    this.#birthBytes += edge.weight - before;
    while (this.#birthBytes > (this.#options.maxBirthBytes ?? MAX_BIRTH_BYTES)) this.#forgetOldest();
    return heard;
  }

  #dispatch(taken: Taken): Heard {
    switch (taken.topic.type) {
      case 'NBIRTH':
        return this.#bear(taken);
      case 'DBIRTH':
        return this.#bearDevice(taken, taken.topic.device!);
      case 'NDEATH':
        return this.#die(taken);
      case 'DDEATH':
        return this.#dieDevice(taken, taken.topic.device!);
      default:
        return this.#takeData(taken);
    }
  }

  #bear({ topic, payload, message, subject, edge }: Taken): Heard {
    const table = new BirthTable(payload);
    const before = this.#devicesOf(topic, edge);
    const isOther = edge.bear(table, bdSeqOf(payload), payload.seq, message.receivedAt);
    const freed = isOther ? this.#waiting.takeLost(edge) : this.#waiting.takeOf(edge, undefined).map(held);
    // The devices of a session whose end was not heard went with it; those that are back say so by births of their own.
    const gone = isOther ? before.map((device) => presence(device, false, message)) : [];
    return { ...itemsOf(tell(payload, table, subject)), freed, presence: [presence(subject, true, message), ...gone] };
  }

  #bearDevice({ payload, message, subject, edge }: Taken, device: string): Heard {
    this.#count(edge, payload);
    const table = new BirthTable(payload);
    edge.bearDevice(device, table);
    const freed = this.#waiting.takeOf(edge, device).map(held);
    return { ...itemsOf(tell(payload, table, subject)), freed, presence: [presence(subject, true, message)] };
  }

  #die({ topic, payload, message, subject, edge }: Taken): Heard {
    if (edge.isStaleDeath(bdSeqOf(payload))) {
      this.#counts.staleDeaths++;
      return NOTHING;
    }
    const devices = this.#devicesOf(topic, edge);
    edge.die(message.receivedAt);
    const freed = this.#waiting.takeLost(edge);
    return { items: [], freed, presence: [subject, ...devices].map((one) => presence(one, false, message)) };
  }

  /** As readings name them. */
  #devicesOf(topic: SparkplugTopic, edge: EdgeNode): string[] {
    return [...edge.devices].map((device) => subjectOf({ ...topic, device }, this.#options.options));
  }

  #dieDevice({ payload, message, subject, edge }: Taken, device: string): Heard {
    this.#count(edge, payload);
    edge.dieDevice(device);
    const freed = this.#waiting.takeOf(edge, device).map((one): Freed => ({ message: one, how: 'lost' }));
    return { items: [], freed, presence: [presence(subject, false, message)] };
  }

  #takeData({ topic, payload, message, subject, edge }: Taken): Heard {
    const now = this.#options.elapsed();
    const table = edge.tableOf(topic.device);
    this.#count(edge, payload);
    if (!table) this.#want(edge, 'before-birth');
    const told = tell(payload, table, subject);
    if (!told.needsBirth) return itemsOf(told);
    this.#want(edge, 'unknown-alias');
    const until = now + this.#options.options.birthTimeout;
    // A broker hands over few messages of QoS 1 before some are settled: were these to wait, they would hold up the birth.
    const mayWait = (message.qos ?? 0) === 0;
    const waits = mayWait && this.#waiting.add(edge, { message, device: topic.device, until });
    return waits ? { items: [], waits } : itemsOf(told);
  }

  /** Takes a message that changes nothing any more. */
  #later({ topic, payload, message, subject, edge }: Taken, how: Handling): Heard {
    if (isBirthOrDeath(topic)) return this.#alone(topic, payload, subject);
    const knows = how !== 'lost' && edge.isOfSession(message.receivedAt);
    return itemsOf(tell(payload, knows ? edge.tableOf(topic.device) : undefined, subject));
  }

  #alone(topic: SparkplugTopic, payload: Payload, subject: string): Heard {
    if (topic.type === 'NDEATH' || topic.type === 'DDEATH') return NOTHING;
    return itemsOf(tell(payload, isBirthOrDeath(topic) ? new BirthTable(payload) : undefined, subject));
  }

  /** Numbers count only from a birth on: without one it is asked for. */
  #count(edge: EdgeNode, { seq }: Payload): void {
    if (edge.isOnline) edge.sequence.take(seq, this.#options.elapsed());
    else this.#want(edge, 'before-birth');
  }

  #want(edge: EdgeNode, reason: RebirthReason): void {
    edge.asking.want(reason, this.#options.elapsed(), this.#options.random());
  }
}

function keyOf({ group, node }: SparkplugTopic, { brokerId = '' }: DecoderMessage): string {
  return `${group}/${node}/${brokerId}`;
}

function isBirthOrDeath({ type }: SparkplugTopic): boolean {
  return type !== 'NDATA' && type !== 'DDATA';
}

function itemsOf({ readings, refusals }: Told): Heard {
  return { items: [...readings, ...refusals] };
}

function held(message: DecoderMessage): Freed {
  return { message, how: 'held' };
}

function presence(subject: string, online: boolean, { receivedAt }: DecoderMessage): Presence {
  return { subject, online, at: receivedAt };
}

/** The number of the session (6.4.19), by which a death belongs to a birth. */
function bdSeqOf({ metrics }: Payload): number | undefined {
  const value = metrics.find(({ name }) => name === 'bdSeq')?.value;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
