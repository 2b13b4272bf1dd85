import Type from 'typebox';
import { Address, OneOf, Span, Switch } from './fields.ts';
import { section } from './section.ts';

export const Heartbeat = section(
  'A sign of life that an outside monitor can miss: sent only while every part that is needed works.',
  {
    url: Type.Optional(
      Address(
        'Where it is sent, such as a check of Healthchecks, Uptime Kuma or Dead Man’s Snitch. Without it none is sent.',
        ['http', 'https'],
        'https://hc-ping.com/a1b2c3',
      ),
    ),
    every: Span('How often. The monitor should miss it after three times as long.', '1m', 1000),
    method: OneOf('Kind of request.', ['GET', 'HEAD', 'POST'], 'GET'),
    timeout: Span('Longest wait for an answer.', '10s', 100),
    allowPrivateAddresses: Switch('Whether the monitor may lie in a private network or on this machine.', true),
  },
);
