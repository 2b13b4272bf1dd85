import type { Reading, Refusal } from '../codecs/codec.ts';
import type { Expressions } from '../ports/expressions.ts';
import type { CompiledSource } from './compiledSource.ts';
import type { DecoderMessage } from './decode.ts';
import { evaluateReadings } from './evaluateReadings.ts';
import type { Route } from './topicRouter.ts';

/** What the codec, or the expression, of a source makes of a message. */
export async function readingsOf(
  route: Route<CompiledSource>,
  message: DecoderMessage,
  expressions: Pick<Expressions, 'evaluate'> | undefined,
): Promise<readonly (Reading | Refusal)[]> {
  const { definition, codec } = route.source;
  if (!expressions || definition.expression === undefined) {
    return codec(message.payload, message.receivedAt, message.topic);
  }
  return evaluateReadings(expressions, definition.expression, route, message);
}
