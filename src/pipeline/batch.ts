import type { Rejection, Sample } from '../domain/sample.ts';
import type { InboundMessage } from '../ports/broker.ts';

/** One message on its way: what its samples came to. */
export interface Pending {
  readonly message: InboundMessage;
  readonly sourceId: string | undefined;
  /** False for a kept message that is taken again: no broker waits for it. */
  readonly toSettle: boolean;
  /** Where its sender is told what was refused, which is not kept then. */
  readonly told?: Rejection[];
  stored: number;
  duplicate: number;
  rejected: number;
}

/** A refused message or part of one, with what is needed to keep it. */
export interface Refused {
  readonly message: InboundMessage;
  readonly sourceId: string | undefined;
  readonly rejection: Rejection;
}

/** A sample that was not newer than its series when it arrived. */
export interface Behind {
  readonly sample: Sample;
  readonly pending: Pending;
  /** It came too late to be assessed. What arrives after it, while it waits to be written, makes no difference. */
  readonly isTooLate: boolean;
}

/** A sample of the past, told afterwards. */
export interface Told {
  readonly sample: Sample;
  readonly pending: Pending;
}

/** Messages that are written and settled together. */
export interface Batch {
  readonly messages: Pending[];
  /** Newer than anything of their series. */
  readonly fresh: Sample[];
  /** Where each of `fresh` comes from. */
  readonly origins: Pending[];
  /** Not newer: the store must be asked whether it has them. */
  readonly behind: Behind[];
  /** Stored and never assessed; the store must be asked as well. */
  readonly history: Told[];
  readonly refused: Refused[];
}

/** Notes what was refused: to be told, or kept as a dead letter. */
export function refuse(
  { message, sourceId, told }: Pending,
  rejection: Rejection,
  { refused }: Pick<Batch, 'refused'>,
): void {
  if (told) told.push(rejection);
  else refused.push({ message, sourceId, rejection });
}

export function newBatch(): Batch {
  return { messages: [], fresh: [], origins: [], behind: [], history: [], refused: [] };
}
