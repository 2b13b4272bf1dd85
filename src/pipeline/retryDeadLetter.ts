import { ConflictError, NotFoundError } from '../errors.ts';
import type { InboundMessage } from '../ports/broker.ts';
import type { Pipeline, PipelineParts } from './index.ts';

/**
 * Takes a kept message once more, as if it had just come: what is stored already counts as duplicate. The dead letter
 * goes when the message is now accepted; otherwise it stays, and the reason is told.
 */
export async function retryDeadLetter(id: string, parts: PipelineParts, pipeline: Pipeline) {
  const { database } = parts;
  const letter = await database.deadLetters.get(id);
  if (!letter) throw new NotFoundError(`no dead letter '${id}'`);
  if (letter.payload.length < letter.payloadBytes) {
    throw new ConflictError(
      `only ${letter.payload.length} of the ${letter.payloadBytes} bytes were kept, so the message can not be taken again`,
    );
  }
  const brokerId = pipeline.brokerOf(letter.sourceId);
  const message: InboundMessage = {
    ...(brokerId !== undefined && { brokerId }),
    topic: letter.topic,
    payload: Buffer.from(letter.payload),
    qos: 0,
    retain: false,
    receivedAt: letter.at,
  };
  const refused = await pipeline.ingest.takeAgain(message);
  if (refused.length > 0) {
    return { stored: false, detail: refused.map(({ reason, detail }) => `${reason}: ${detail}`).join('; ') };
  }
  await database.deadLetters.discard(id);
  return { stored: true, detail: 'accepted' };
}
