import Type from 'typebox';
import { Id, Text } from './fields.ts';
import { section } from './section.ts';

const list = (description: string) => Type.Optional(Type.Array(Id(''), { minItems: 1, description }));

const Templates = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        en: Type.Optional(Text('In English. Without it: the words that come with Fettle.')),
        zh: Type.Optional(Text('In Chinese. Without it: the words that come with Fettle.')),
      },
      { additionalProperties: false, description },
    ),
  );

const Texts = Type.Object(
  {
    sites: list('Sites whose tickets are meant. Without it all.'),
    customers: list('Customers whose tickets are meant. Without it all.'),
    title: Templates('Titles of tickets that Fettle opens: Liquid templates of one line.'),
    body: Templates('All that a ticket has to say to desks and in e-mails: Liquid templates.'),
  },
  { additionalProperties: false, description: 'Words for some tickets.' },
);

export const Tickets = section('What tickets say.', {
  texts: Type.Array(Texts, {
    default: [],
    description:
      'Words of your own instead of those that come with Fettle; the first that fit a ticket and have them count. What templates may name stands in docs/tickets.md.',
  }),
});
