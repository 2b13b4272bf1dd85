import { printable } from '../codecs/text.ts';
import type { Duration } from '../domain/time.ts';
import type { Heard } from '../domain/unmapped.ts';
import { ConflictError, UnacceptableError, UnavailableError } from '../errors.ts';
import { newId } from '../newId.ts';
import { compileTopicTemplate, topicLevels } from '../pipeline/topicTemplate.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetter, DeadLetterRepository } from '../ports/database.ts';
import type { TopicListener } from '../ports/topicListener.ts';
import type { UnmappedParts } from './parts.ts';

/** Heard messages that are looked at: a busy broker is not listened to for longer. */
const MOST_HEARD = 200_000;
/** Kept of one topic, and of all. */
const KEPT_OF_TOPIC = 3;
const MOST_KEPT = 2000;

export interface ListenRequest {
  readonly brokerId: string;
  readonly filter: string;
  readonly limit: Duration;
}

export interface ListenParts extends Pick<UnmappedParts, 'sources' | 'presence'> {
  readonly deadLetters: Pick<DeadLetterRepository, 'add' | 'prune'>;
  readonly listener: TopicListener;
  readonly clock: Pick<Clock, 'now'>;
  /** Bytes of a payload that are kept. */
  readonly payloadBytes: number;
  /** Dead letters kept. */
  readonly maxKept: number;
}

/** One at a time: what is heard is held until it is over. */
export class UnmappedListening {
  #isBusy = false;

  /**
   * Listens to a broker for what no source and no entry of presence takes; some of it is kept among the dead letters as
   * `unknown-topic`. Rejects with ConflictError where there is nothing to listen to or somebody listens already, with
   * UnacceptableError for a filter or broker that is none, with UnavailableError when the broker lets nobody listen.
   */
  async listen(request: ListenRequest, parts: ListenParts): Promise<Heard> {
    check(request, parts.listener);
    if (this.#isBusy) throw new ConflictError('somebody is listening already; try again when that is over');
    this.#isBusy = true;
    try {
      return await listenOnce(request, parts);
    } finally {
      this.#isBusy = false;
    }
  }
}

function check({ brokerId, filter }: ListenRequest, { brokerIds }: TopicListener): void {
  if (brokerIds.length === 0)
    throw new ConflictError('the embedded broker takes whatever is published: there is nothing more to be heard');
  if (!brokerIds.includes(brokerId)) {
    const message = `no broker '${brokerId}'; there are ${brokerIds.join(', ')}`;
    throw new UnacceptableError(message, [{ path: '/brokerId', message }]);
  }
  if (isFilter(filter)) return;
  const message = 'is no topic filter: + is a level of its own, and # the last level';
  throw new UnacceptableError(`'${printable(filter, 100)}' ${message}`, [{ path: '/filter', message }]);
}

function isFilter(filter: string): boolean {
  const levels = topicLevels(filter);
  const isSound = (level: string, at: number) =>
    level === '+' || (level === '#' ? at === levels.length - 1 : !/[+#\0]/.test(level));
  return filter !== '' && !filter.startsWith('$share/') && levels.every(isSound);
}

async function listenOnce(request: ListenRequest, parts: ListenParts): Promise<Heard> {
  const { brokerId, filter, limit } = request;
  const { listener, deadLetters, clock, payloadBytes, maxKept } = parts;
  const templates = [...parts.sources, ...parts.presence]
    .filter(({ broker }) => broker === undefined || broker === brokerId)
    .map(({ topic }) => compileTopicTemplate(topic, true));
  const ofTopic = new Map<string, number>();
  const kept: DeadLetter[] = [];
  let [heard, unmapped] = [0, 0];
  const hear = (topic: string, payload: Uint8Array): boolean => {
    heard++;
    const levels = topicLevels(topic);
    if (!templates.some(({ match }) => match(levels))) {
      unmapped++;
      const count = ofTopic.get(topic) ?? 0;
      if (count < KEPT_OF_TOPIC) {
        ofTopic.set(topic, count + 1);
        const at = clock.now();
        kept.push({
          ...{ id: newId(at), at, topic, reason: 'unknown-topic' },
          detail: `heard by listening to ${printable(filter, 100)}; no source has this topic`,
          payload: Uint8Array.from(payload.subarray(0, payloadBytes)),
          payloadBytes: payload.length,
        });
      }
    }
    return heard < MOST_HEARD && kept.length < MOST_KEPT;
  };
  try {
    await listener.listen(brokerId, filter, limit, hear);
  } catch (error) {
    throw new UnavailableError('broker', error);
  }
  await deadLetters.add(kept);
  await deadLetters.prune(maxKept);
  return { heard, unmapped, topics: ofTopic.size, kept: kept.length };
}
