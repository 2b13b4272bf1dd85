/** Begins every topic of Sparkplug B. */
export const NAMESPACE = 'spBv1.0';

const OF_NODES = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD'] as const;
const OF_DEVICES = ['DBIRTH', 'DDEATH', 'DDATA', 'DCMD'] as const;
export type MessageType = (typeof OF_NODES)[number] | (typeof OF_DEVICES)[number];

/** Who speaks: an edge node, or a device behind it. */
export interface Speaker {
  readonly group: string;
  readonly node: string;
  readonly device?: string;
}

export interface SparkplugTopic extends Speaker {
  readonly type: MessageType;
}

/**
 * A topic `spBv1.0/{group}/{type}/{node}[/{device}]` (Sparkplug 3.0.0, 4.1); `state` for that of a host application,
 * `spBv1.0/STATE/{host}`, and in its form of version 2, `STATE/{host}`; undefined for anything else.
 */
export function parseTopic(topic: string): SparkplugTopic | 'state' | undefined {
  const levels = topic.split('/');
  const [namespace, group = '', type = '', node = '', device] = levels;
  if (namespace === 'STATE') return levels.length === 2 ? 'state' : undefined;
  if (namespace !== NAMESPACE) return undefined;
  if (group === 'STATE') return levels.length === 3 ? 'state' : undefined;
  if (group === '' || node === '' || device === '' || levels.length > 5) return undefined;
  if (device === undefined) return isOneOf(OF_NODES, type) ? { type, group, node } : undefined;
  return isOneOf(OF_DEVICES, type) ? { type, group, node, device } : undefined;
}

function isOneOf<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}
