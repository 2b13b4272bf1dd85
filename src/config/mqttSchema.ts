import Type from 'typebox';
import { Address, FilePath, OneOf, Secret, Size, Span, Text, Whole } from './fields.ts';
import { section } from './section.ts';

export const Mqtt = section('Where telemetry comes from.', {
  url: Type.Optional(
    Address(
      'Broker to subscribe to. Without it Fettle runs a broker of its own, on loopback.',
      ['mqtt', 'mqtts', 'ws', 'wss'],
      'mqtt://broker:1883',
    ),
  ),
  port: Whole("Port of Fettle's own broker, used without url; 0 takes any free one.", 1883, 0, 65_535),
  clientId: Text('Client id at the broker. It names the session, so it must stay the same and be unique there.', {
    default: 'fettle',
  }),
  protocolVersion: OneOf('MQTT version: 5, or 4 for MQTT 3.1.1.', [4, 5], 5),
  username: Type.Optional(Text('User name at the broker.')),
  password: Type.Optional(Secret('Password at the broker.')),
  caFile: Type.Optional(FilePath('Certificates (PEM) to trust, for a broker with a private authority.', 'file')),
  certFile: Type.Optional(FilePath('Client certificate (PEM); goes with keyFile.', 'file')),
  keyFile: Type.Optional(FilePath('Key of the client certificate (PEM); goes with certFile.', 'file')),
  keepalive: Span('How often the connection is probed while it is quiet.', '30s', 1000),
  sessionExpiry: Span('How long the broker keeps messages for Fettle while it is away (MQTT 5).', '7d'),
  maxUnsettledMessages: Whole('Most messages taken from the broker and not yet stored.', 20_000, 1),
  maxUnsettledBytes: Size('Most payload bytes taken from the broker and not yet stored.', '64MB'),
});
