import type { Reading, Refusal } from '../codecs/codec.ts';
import type { Timestamp } from '../domain/time.ts';
import type { DecoderMessage } from './decoderMessage.ts';

/**
 * How a message is taken. `live`: it has just come, changes what is known of its session, and may wait. `held`: it has
 * waited for something that has come now. `lost`: what it waited for will not come. `kept`: it was kept
 * outside of any session, as a dead letter, or is only looked at.
 */
export type Handling = 'live' | 'held' | 'lost' | 'kept';

/** A message that waited and is to be taken now. */
export interface Freed {
  readonly message: DecoderMessage;
  readonly how: 'held' | 'lost';
}

/** A connection that began or ended, as the session of the one who speaks tells it. */
export interface Presence {
  /** As in a {@link Reading}. */
  readonly subject: string;
  readonly online: boolean;
  readonly at: Timestamp;
}

export interface Heard {
  readonly items: readonly (Reading | Refusal)[];
  /** Nothing can come of it yet: it is among those that are freed later. */
  readonly waits?: boolean;
  readonly freed?: readonly Freed[];
  readonly presence?: readonly Presence[];
}

/** Sources whose messages only mean something by those before them. */
export interface Sessions {
  /** Undefined where the source is none of them. Never throws for anything in the message. */
  hear(sourceId: string, message: DecoderMessage, how: Handling): Heard | undefined;
  /** Whether a topic that no source has is of the protocol itself, Fettle's own words among them, and holds nothing to miss. */
  isOfProtocol(topic: string): boolean;
}

/** Of one source, since the start unless it says otherwise. */
export interface SessionFigures {
  /** Whose birth has come and no death since, now. */
  readonly online: number;
  /** Messages that wait for a birth, now. */
  readonly waiting: number;
  /** Times that messages were missing for good. */
  readonly gaps: number;
  readonly rebirthRequests: number;
  /** Deaths of sessions that had ended before. */
  readonly staleDeaths: number;
}

/** Keeps the sessions of such sources, and speaks to those who speak there. */
export interface SessionKeeper extends Sessions {
  /** `free` takes what waited, whenever that is over. */
  start(free: (freed: readonly Freed[]) => void): void;
  /** Whether Fettle hears its devices. */
  listening(listening: boolean): void;
  /** By source. */
  figures(): ReadonlyMap<string, SessionFigures>;
  /** Says goodbye; `free` gets all that still waits. */
  stop(): Promise<void>;
}
