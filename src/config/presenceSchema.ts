import Type from 'typebox';
import { Id, Text } from './fields.ts';

const words = (description: string, fallback: readonly string[]) =>
  Type.Array(Type.String({ minLength: 1 }), { default: [...fallback], description });

/** One entry of `presence`, a `PresenceDefinition`. */
export const PresenceSchema = Type.Object(
  {
    id: Id('Names who said so, in the connectivity of an asset, in logs and dead letters.'),
    topic: Text(
      'Topic template with {asset} or {device}; + stands for any one level, # as the last for all that follow.',
    ),
    broker: Type.Optional(
      Id("Broker whose messages are meant: 'main', or the id of one of mqtt.brokers. Without it all."),
    ),
    field: Type.Optional(
      Text('Where the word is in a JSON payload, like state or device.status. Without it the payload is the word.'),
    ),
    online: words('Words of who has its connection, in upper or lower case.', ['online']),
    offline: words('Words of who lost it, the last will among them.', ['offline']),
    ignore: words('Words that say nothing of it.', []),
    timeField: Type.Optional(
      Text(
        'Where the time is in a JSON payload. Not for a last will with a time: it is that of the connection it was left at. Without it the receipt counts.',
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'Topics on which devices, or their broker for them, say whether they have their connection.',
  },
);
