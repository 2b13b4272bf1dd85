import Type from 'typebox';
import { Address, FilePath, Id, OneOf, Secret, Size, Span, Switch, Text, Whole } from './fields.ts';
import { section } from './section.ts';

const SCHEMES = ['mqtt', 'mqtts', 'ws', 'wss'];

/** How to speak to a broker and log in there. */
const LOGIN = {
  protocolVersion: OneOf('MQTT version: 5, or 4 for MQTT 3.1.1.', [4, 5], 5),
  username: Type.Optional(Text('User name at the broker.')),
  password: Type.Optional(Secret('Password at the broker.')),
  caFile: Type.Optional(FilePath('Certificates (PEM) to trust, for a broker with a private authority.', 'file')),
  certFile: Type.Optional(
    FilePath('Client certificate (PEM); goes with keyFile. Read again for each connection, as the others.', 'file'),
  ),
  keyFile: Type.Optional(FilePath('Key of the client certificate (PEM); goes with certFile.', 'file')),
  keepalive: Span('How often the connection is probed while it is quiet.', '30s', 1000),
  sessionExpiry: Span('How long the broker keeps messages for Fettle while it is away (MQTT 5).', '7d'),
  watchDrops: Switch(
    "Whether the broker's own drop counters ($SYS) are read, on a second connection; a broker may refuse.",
    true,
  ),
};

const FurtherBroker = Type.Object(
  {
    id: Id("Names the broker in sources, logs and metrics; 'main' is that of mqtt.url."),
    url: Address('Broker to subscribe to.', SCHEMES, 'mqtts://broker:8883'),
    clientId: Type.Optional(Text('Client id at this broker. Without it: mqtt.clientId.')),
    ...LOGIN,
    passwordFile: Type.Optional(FilePath('File with the password, in place of password.', 'file')),
  },
  { additionalProperties: false, description: 'A broker beside the main one.' },
);

export const Mqtt = section('Where telemetry comes from.', {
  url: Type.Optional(
    Address(
      'Broker to subscribe to. Without it Fettle runs a broker of its own, on loopback.',
      SCHEMES,
      'mqtt://broker:1883',
    ),
  ),
  port: Whole("Port of Fettle's own broker, used without url; 0 takes any free one.", 1883, 0, 65_535),
  clientId: Text('Client id at the broker. It names the session, so it must stay the same and be unique there.', {
    default: 'fettle',
  }),
  ...LOGIN,
  maxUnsettledMessages: Whole(
    'Most messages taken and not yet stored; of several brokers each gets an equal part.',
    20_000,
    1,
  ),
  maxUnsettledBytes: Size('Most payload bytes taken and not yet stored; divided in the same way.', '64MB'),
  brokers: Type.Array(FurtherBroker, { default: [], description: 'Further brokers, beside that of mqtt.url.' }),
});
