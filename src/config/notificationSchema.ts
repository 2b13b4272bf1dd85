import Type from 'typebox';
import { NOTIFY_EVENTS } from '../domain/notification.ts';
import { PRIORITIES } from '../domain/ticket.ts';
import { isTimeZone } from '../domain/zone.ts';
import { Address, FilePath, Id, OneOf, Secret, Span, Switch, Text, Whole } from './fields.ts';
import { section } from './section.ts';

/** Without a word of it, a route tells of these. */
const USUAL_EVENTS = [
  'opened',
  'escalated',
  'reopened',
  'brought-up',
  'campaign',
  'sla-warning',
  'sla-breach',
] as const;

const Channel = Type.Object(
  {
    id: Id('Names the channel in routes, metrics and logs.'),
    kind: OneOf('A mail server, or the webhook of a group of that chat.', [
      'email',
      'wecom',
      'dingtalk',
      'feishu',
      'slack',
      'teams',
    ] as const),
    url: Type.Optional(
      Address(
        'Webhook of the chat; it holds a secret.',
        ['https', 'http'],
        'https://hooks.slack.com/services/T0/B0/xyz',
      ),
    ),
    urlFile: Type.Optional(FilePath('File with the webhook, in place of url.', 'file')),
    secret: Type.Optional(Secret('Secret that messages are signed with. Only with kind dingtalk, feishu.')),
    secretFile: Type.Optional(FilePath('File with the secret, in place of secret.', 'file')),
    host: Type.Optional(Text('Mail server. Only with kind email.')),
    port: Whole('Port of the mail server.', 587, 1, 65_535),
    security: OneOf(
      'With the mail server: TLS from the beginning (tls), asked for (starttls), or none.',
      ['tls', 'starttls', 'none'] as const,
      'starttls',
    ),
    username: Type.Optional(Text('User name at the mail server.')),
    password: Type.Optional(Secret('Password at the mail server.')),
    passwordFile: Type.Optional(FilePath('File with the password, in place of password.', 'file')),
    from: Type.Optional(Text('Sender of mails, like Fettle <fettle@example.com>.')),
    timeout: Span('Longest wait for an answer before it is tried again.', '10s', 100),
    allowPrivateAddresses: Switch('Whether the server may lie in a private network or on this machine.', false),
  },
  { additionalProperties: false, description: 'A way to people.' },
);

const list = (description: string) => Type.Optional(Type.Array(Text(''), { minItems: 1, description }));

const Route = Type.Object(
  {
    id: Id('Names the route; it stays the same, since what waits is kept by it.'),
    channel: Text('Id of the channel.'),
    to: Type.Array(Text(''), { default: [], description: 'Mail addresses. Only with a channel of kind email.' }),
    events: Type.Array(OneOf('', NOTIFY_EVENTS), {
      minItems: 1,
      default: [...USUAL_EVENTS],
      description: `What is told: ${NOTIFY_EVENTS.join(', ')}.`,
    }),
    sites: list('Sites whose tickets are meant. Without it all.'),
    customers: list('Customers whose tickets are meant. Without it all.'),
    priorities: Type.Optional(
      Type.Array(OneOf('', PRIORITIES), {
        minItems: 1,
        description: 'Priorities of the tickets that are meant. Without it all.',
      }),
    ),
    teams: list('Teams whose tickets are meant. Without it all, also those of nobody.'),
    language: OneOf('Language of the messages.', ['en', 'zh'] as const, 'en'),
    hours: Type.Optional(
      Text(
        'Calendar of the hours in which it is told; what happens outside is held back until then, or until digestAt.',
      ),
    ),
    breakThrough: Type.Array(OneOf('', PRIORITIES), {
      default: [],
      description: 'Priorities of tickets that are told at any hour.',
    }),
    digestAt: Type.Optional(
      Type.String({
        description:
          'What is held back comes in one message at this time of day. Without hours everything is held back.',
        form: "a time of day in quotes, from '00:00' to '23:59'",
        pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
      }),
    ),
    zone: Type.Refine(
      Text('IANA time zone of digestAt.', { default: 'UTC', form: 'an IANA time zone such as Europe/Berlin or UTC' }),
      isTimeZone,
    ),
  },
  { additionalProperties: false, description: 'Who is told of what, where and when.' },
);

export const NotificationOptions = section('Who is told of tickets, for people without a service desk.', {
  channels: Type.Array(Channel, { default: [], description: 'Mail servers and groups of chats.' }),
  routes: Type.Array(Route, { default: [], description: 'What goes where; each route that fits tells it.' }),
});
