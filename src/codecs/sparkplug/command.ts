import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Timestamp } from '../../domain/time.ts';
import { NAMESPACE, type Speaker } from './topic.ts';

const BOOLEAN = 11;

/** The command by which an edge node is asked to send its births again (Sparkplug 3.0.0, 6.4.21). */
export function rebirthCommand(
  { group, node }: Speaker,
  at: Timestamp,
): { readonly topic: string; readonly payload: Uint8Array } {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).uint64(at);
  writer.tag(2, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string('Node Control/Rebirth');
  writer.tag(3, WireType.Varint).uint64(at);
  writer.tag(4, WireType.Varint).uint32(BOOLEAN);
  writer.tag(14, WireType.Varint).bool(true);
  writer.join();
  return { topic: `${NAMESPACE}/${group}/NCMD/${node}`, payload: writer.finish() };
}
