import { quote } from '../codecs/text.ts';
import type { PresenceDefinition } from '../domain/presence.ts';
import type { Decoded, DecoderMessage } from './decode.ts';
import type { ExplainedConnection, Explanation } from './explain.ts';
import { wordIn } from './presence.ts';

/** What a message on a presence topic says of a connection, and by which word; nothing of other messages. */
export function explainPresence(
  definitions: readonly PresenceDefinition[],
  { sourceId, connectivity = [], rejections }: Decoded,
  { payload, receivedAt }: DecoderMessage,
): Pick<Explanation, 'connectivity' | 'said'> {
  const definition = definitions.find(({ id }) => id === sourceId);
  if (!definition) return {};
  const seen = connectivity.map(
    ({ assetId, state, at }): ExplainedConnection => ({
      asset: assetId,
      state,
      since: new Date(at).toISOString(),
      clock: at === receivedAt ? 'receipt' : 'device',
    }),
  );
  if (rejections.length > 0) return { connectivity: seen };
  return { connectivity: seen, said: whatIsSaid(definition, payload, seen[0]) };
}

function whatIsSaid(definition: PresenceDefinition, payload: Buffer, seen: ExplainedConnection | undefined): string {
  if (payload.length === 0) return 'the payload is empty, which ends a retained message and says nothing';
  const { field } = definition;
  const word = `${field === undefined ? 'the payload' : field} is ${quote(wordIn(definition, payload))}`;
  return seen ? `${word}, a word for ${seen.state}` : `${word}, a word that says nothing of the connection`;
}
