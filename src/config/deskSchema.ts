import Type from 'typebox';
import { LANGUAGES } from '../presets/texts.ts';
import { Address, OneOf, Secret, Span, Switch, Text } from './fields.ts';

const NoDesk = Type.Object(
  { kind: Type.Literal('none', { description: 'Tickets live in Fettle.' }) },
  { additionalProperties: false, description: 'No service desk.' },
);

const timeout = Span('Longest wait for an answer before the delivery is tried again.', '10s', 100);
const allowPrivateAddresses = Switch('Whether the address may lie in a private network or on this machine.', true);
const eventsSecret = Type.Optional(
  Secret(
    'What the desk has to know to tell Fettle of a change: POST /api/v1/desk/events/<this secret>. Without it that address takes nothing.',
  ),
);

const WebhookDesk = Type.Object(
  {
    kind: Type.Literal('webhook', { description: 'Tickets are sent as signed HTTP requests.' }),
    url: Address(
      'Where each change of a ticket is posted to.',
      ['http', 'https'],
      'https://desk.example.com/hooks/fettle',
    ),
    secret: Secret('Key of the signature (HMAC-SHA256).'),
    lookupUrl: Type.Optional(
      Address(
        'Where to ask, with GET, for the work order of an episode; {key} stands for ticket.episodeKey. The answer is 200 with its id and url, or 404. Without it the desk has to honour the Idempotency-Key.',
        ['http', 'https'],
        'https://desk.example.com/work-orders?episode={key}',
      ),
    ),
    timeout,
    allowPrivateAddresses,
    eventsSecret,
  },
  { additionalProperties: false, description: 'Any service that takes a webhook.' },
);

const RestDesk = Type.Object(
  {
    kind: Type.Literal('rest', {
      description: 'Tickets are work orders of a desk with a REST API: see docs/desks.md.',
    }),
    preset: Text('Name of a preset that comes with Fettle, or the path of a preset of your own (*.yaml).'),
    url: Address('Address of the desk, without the path of its API.', ['http', 'https'], 'https://desk.example.com'),
    token: Type.Optional(Secret('Token or API key, where the preset logs in by one.')),
    username: Type.Optional(Text('User, where the preset logs in by name.')),
    password: Type.Optional(Secret('Password or API token of that user.')),
    settings: Type.Record(Type.String(), Text('Value.'), {
      default: {},
      description: 'What the preset asks for, such as the queue.',
    }),
    language: OneOf('Language of what the desk is told.', LANGUAGES, 'en'),
    texts: Type.Optional(
      Type.Object(
        {
          opened: Type.Optional(Text('What a new work order says. A Liquid template.')),
          updated: Type.Optional(Text('What it is told later. A Liquid template.')),
          closed: Type.Optional(Text('What it is told at the end. A Liquid template.')),
        },
        { additionalProperties: false, description: 'Words of your own instead of those that come with Fettle.' },
      ),
    ),
    overrides: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Changes of the preset: laid over it, map by map; null takes an option out.',
      }),
    ),
    timeout,
    allowPrivateAddresses,
    pollEvery: Span('How often the desk is asked what has changed there.', '1m', 1000),
    eventsSecret,
  },
  { additionalProperties: false, description: 'A desk with a REST API.' },
);

export const Desk = Type.Union([NoDesk, WebhookDesk, RestDesk], {
  default: { kind: 'none' },
  description: 'Where tickets are delivered to.',
});
