import { type Codec, type CodecDefinition, isRefusal } from '../codecs/codec.ts';
import { CODECS } from '../codecs/index.ts';
import type { Timestamp } from '../domain/time.ts';

export type Codecs = Readonly<Record<string, CodecDefinition>>;

/** The codec that can read a payload without being told anything: the first of them, where several can. */
export function guessCodec(
  payload: Buffer,
  now: Timestamp,
  topic: string,
  codecs: Codecs = CODECS,
  around: (codec: Codec) => Codec = (codec) => codec,
): string | undefined {
  const readable = ({ create, check }: CodecDefinition) =>
    !check?.({}).length && around(create({ bareValues: false }))(payload, now, topic).some((one) => !isRefusal(one));
  return Object.entries(codecs).find(([, definition]) => readable(definition))?.[0];
}
