import type { SparkplugOptions } from '../../domain/source.ts';
import type { Speaker } from './topic.ts';

const PLACEHOLDER = /\{(group|node|device)\}/g;

/** What an edge node or a device is called as a device of Fettle's. */
export function subjectOf(
  { group, node, device }: Speaker,
  { nodeId, deviceId }: Pick<SparkplugOptions, 'nodeId' | 'deviceId'>,
): string {
  const parts: Readonly<Record<string, string>> = { group, node, device: device ?? '' };
  const template = device === undefined ? nodeId : deviceId;
  return template.replace(PLACEHOLDER, (_, part: string) => parts[part]!);
}
