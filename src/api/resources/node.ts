import { type Static, Type } from 'typebox';
import { NODE_STATES, nodeState } from '../../domain/node.ts';
import { type Duration, SECOND, type Timestamp } from '../../domain/time.ts';
import type { NodeRow } from '../../ports/nodes.ts';
import { formatTime } from '../times.ts';
import { oneOf, time } from './common.ts';

export const NodeSchema = Type.Object(
  {
    id: Type.String({ description: 'Its `cluster.node`' }),
    clientId: Type.String({ description: 'Names its session at the broker' }),
    state: oneOf(NODE_STATES, {
      description:
        '`deaf`: alive, and does not hear its broker; `gone`: gives no sign of life, and its share of what devices send waits at the broker',
    }),
    adopting: Type.Boolean({ description: 'Another node is taking over what waits for it' }),
    version: Type.String(),
    startedAt: time('By the clock of the database, as the other times'),
    seenAt: time('Its last sign of life'),
    heardUntil: time('Up to here it is known to have heard its broker'),
    shards: Type.Integer({ description: 'Shards of the assets that it assessed last; 0 with assess.mode inline' }),
    lagSeconds: Type.Number({ description: 'How long the oldest samples of these shards have waited to be assessed' }),
  },
  { $id: 'Node', description: 'A replica of Fettle' },
);

export interface ShardShare {
  readonly shards: number;
  readonly lag: Duration;
}

export function presentNode(node: NodeRow, now: Timestamp, share: ShardShare | undefined): Static<typeof NodeSchema> {
  return {
    id: node.id,
    clientId: node.clientId,
    state: nodeState(node, now),
    adopting: node.adopter !== undefined,
    version: node.version,
    startedAt: formatTime(node.startedAt),
    seenAt: formatTime(node.seenAt),
    heardUntil: formatTime(node.heardUntil),
    shards: share?.shards ?? 0,
    lagSeconds: (share?.lag ?? 0) / SECOND,
  };
}
