import type { CorrectedMessage } from '../domain/decodeTrial.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { InboundMessage } from '../ports/broker.ts';
import type { Pipeline, PipelineParts } from './index.ts';

/**
 * Takes a kept message once more, as if it had just come, or what somebody put in its place: what is stored already counts
 * as duplicate. The dead letter goes when the message is now accepted; otherwise it stays as it was, and the reason is told.
 */
export async function retryDeadLetter(
  id: string,
  { topic, payload }: CorrectedMessage,
  parts: PipelineParts,
  pipeline: Pipeline,
) {
  const { database } = parts;
  const letter = await database.deadLetters.get(id);
  if (!letter) throw new NotFoundError(`no dead letter '${id}'`);
  if (payload === undefined && letter.payload.length < letter.payloadBytes) {
    throw new ConflictError(
      `only ${letter.payload.length} of the ${letter.payloadBytes} bytes were kept, so the message can not be taken again without a payload`,
    );
  }
  const brokerId = pipeline.brokerOf(letter.sourceId);
  const message: InboundMessage = {
    ...(brokerId !== undefined && { brokerId }),
    topic: topic ?? letter.topic,
    payload: Buffer.from(payload ?? letter.payload),
    qos: 0,
    retain: false,
    receivedAt: letter.at,
  };
  const refused = await pipeline.ingest.takeAgain(message);
  if (refused.length > 0) {
    return { letter, stored: false, detail: refused.map(({ reason, detail }) => `${reason}: ${detail}`).join('; ') };
  }
  await database.deadLetters.discard(id);
  return { letter, stored: true, detail: 'accepted' };
}
