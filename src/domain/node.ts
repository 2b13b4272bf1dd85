import { type Duration, SECOND, type Timestamp } from './time.ts';

/** `deaf`: alive, and does not hear its broker. `gone`: gives no sign of life; what waits for it at the broker waits. */
export const NODE_STATES = ['listening', 'deaf', 'retiring', 'gone'] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** How often a node gives a sign of life. */
export const BEAT: Duration = 2 * SECOND;
/** Without one for so long it is gone. */
export const GONE_AFTER: Duration = 5 * BEAT;

export interface SeenNode {
  readonly seenAt: Timestamp;
  readonly listening: boolean;
  readonly retiring: boolean;
}

/** @param now by the clock that `seenAt` is by. */
export function nodeState({ seenAt, listening, retiring }: SeenNode, now: Timestamp): NodeState {
  if (now - seenAt > GONE_AFTER) return 'gone';
  if (retiring) return 'retiring';
  return listening ? 'listening' : 'deaf';
}
