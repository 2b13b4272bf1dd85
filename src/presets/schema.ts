import Type, { type Static } from 'typebox';
import { OUTCOMES } from '../domain/ticket.ts';
import { WORK_ORDER_STATUSES } from '../domain/workOrder.ts';

const Template = (description: string) =>
  Type.String({ description: `${description} A Liquid template.`, minLength: 1, form: 'text, a Liquid template' });

const Pointer = (description: string) =>
  Type.String({
    description: `${description} A JSON Pointer (RFC 6901) into the answer.`,
    pattern: '^(/([^~]|~[01])*)?$',
    form: 'a JSON Pointer such as /ticket/id',
  });

const Span = (description: string) =>
  Type.String({
    description,
    pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|min|m|h|d|w)$',
    form: 'a span of time like 90s or 15m',
  });

const Selector = Type.Union(
  [
    Pointer('Where the value stands.'),
    Type.Object(
      {
        in: Pointer('A list.'),
        where: Type.Record(Type.String(), Template('What stands at that pointer of the entry.'), {
          description: 'Takes the first entry of the list in which these pointers hold these values.',
        }),
        at: Pointer('Where the value stands in that entry.'),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description: 'A JSON Pointer, or the entry of a list and a pointer into that.',
    form: 'a JSON Pointer, or in, where and at',
  },
);

const CallFields = {
  method: Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], { description: 'HTTP method.' }),
  path: Template('Path below desk.url; values are percent-encoded.'),
  query: Type.Optional(
    Type.Record(Type.String(), Template('Value.'), {
      description: 'Query parameters; what comes out empty is left out.',
    }),
  ),
  headers: Type.Optional(Type.Record(Type.String(), Template('Value.'), { description: 'More headers.' })),
  body: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description:
        'The JSON body: every text in it is a template. A key that ends in ? is left out where its value comes out empty.',
    }),
  ),
};

const Gives = Type.Record(Type.String(), Selector, {
  description: 'Values taken from the answer by name; later templates of the operation may use them.',
});

const Step = Type.Object(
  {
    ...CallFields,
    when: Type.Optional(Template('The call is made only where this comes out as text that is not empty.')),
    once: Type.Optional(
      Type.Boolean({
        description: 'Left out where the comments of the work order hold the marker of this delivery already.',
      }),
    ),
    gives: Type.Optional(Gives),
  },
  { additionalProperties: false },
);

const Steps = (description: string) => Type.Array(Step, { description, minItems: 1 });

const List = (description: string) =>
  Type.Object(
    {
      ...CallFields,
      items: Pointer('The list.'),
      gives: Gives,
      where: Type.Optional(
        Type.Record(Type.String(), Template('Value.'), {
          description: 'Only entries in which these pointers hold these values.',
        }),
      ),
      size: Type.Optional(
        Type.Integer({
          description:
            'Entries a page, as page.size for templates beside page.number (from 1), page.offset and page.token. A page with fewer is the last.',
          minimum: 1,
          maximum: 1000,
        }),
      ),
      next: Type.Optional(Pointer('Token of the next page, page.token for templates; the last page has none.')),
    },
    { additionalProperties: false, description },
  );

const Setting = Type.Object(
  {
    description: Type.String({ description: 'What it is, for those who connect the desk.', minLength: 1 }),
    default: Type.Optional(Type.String({ description: 'Without it an installation has to give the setting.' })),
  },
  { additionalProperties: false },
);

const Authentication = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal('header', { description: 'A header made of desk.token.' }),
        name: Type.String({ description: 'Name of the header.', minLength: 1 }),
        value: Template('Its value; {{ token }} is desk.token.'),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      { kind: Type.Literal('basic', { description: 'HTTP Basic with desk.username and desk.password.' }) },
      { additionalProperties: false },
    ),
    Type.Object({ kind: Type.Literal('none', { description: 'No authentication.' }) }, { additionalProperties: false }),
  ],
  { description: 'A way to say who calls.' },
);

const Statuses = Type.Array(Type.Integer({ minimum: 100, maximum: 599 }));

const Words = Type.Record(Type.String(), Type.String(), {
  description: "Fettle's word and the desk's; of status: reopened and working.",
});

/** A service desk as data: what docs/desks.md explains. */
export const PresetSchema = Type.Object(
  {
    id: Type.String({
      description: 'Name of the preset; the desk is called so in metrics and messages.',
      pattern: '^[a-z][a-z0-9-]*$',
    }),
    name: Type.String({ description: 'Name of the product.', minLength: 1 }),
    documentation: Type.Array(Type.String({ minLength: 1 }), {
      description: 'Pages of its documentation that the calls were taken from.',
      minItems: 1,
    }),
    idempotency: Type.String({
      description: 'In plain words: when there may be two work orders or comments for one, and when there can not.',
      minLength: 1,
    }),
    settings: Type.Optional(
      Type.Record(Type.String(), Setting, {
        description: 'What desk.settings may or has to give; settings.… in templates.',
      }),
    ),
    authentication: Type.Array(Authentication, {
      description: 'Ways to log in: the first for which the configuration has the secrets is taken.',
      minItems: 1,
    }),
    headers: Type.Optional(Type.Record(Type.String(), Template('Value.'), { description: 'Headers of every call.' })),
    limits: Type.Optional(
      Type.Object(
        { perMinute: Type.Optional(Type.Integer({ description: 'Most calls a minute.', minimum: 1 })) },
        {
          additionalProperties: false,
          description: 'Quotas that the documentation names; Retry-After is always kept.',
        },
      ),
    ),
    errors: Type.Optional(
      Type.Object(
        {
          message: Type.Optional(Type.Array(Pointer('Where a refusal says why.'), { minItems: 1 })),
          temporary: Type.Optional(Statuses),
          gone: Type.Optional(Statuses),
          credentials: Type.Optional(Statuses),
        },
        {
          additionalProperties: false,
          description:
            'HTTP statuses by what they mean, beyond what holds everywhere: 408, 425, 429 and 5xx are temporary, 404 and 410 say that a work order is gone, 401 that the credentials are wrong.',
        },
      ),
    ),
    words: Type.Optional(
      Type.Object(
        {
          severity: Type.Optional(Words),
          priority: Type.Optional(Words),
          status: Type.Optional(Words),
          outcome: Type.Optional(Words),
        },
        {
          additionalProperties: false,
          description: "The desk's words, for the filter word: {{ ticket.priority | word: 'priority' }}.",
        },
      ),
    ),
    statuses: Type.Record(Type.String(), Type.Enum([...WORK_ORDER_STATUSES]), {
      description: "What the desk's statuses mean; others change nothing here.",
    }),
    outcomes: Type.Optional(
      Type.Record(Type.String(), Type.Enum([...OUTCOMES]), {
        description: 'What was found, by what the desk says. Others leave the ticket without an outcome.',
      }),
    ),
    create: Type.Object(
      { steps: Steps('Makes the work order; they give id.'), url: Type.Optional(Template('Its page for people.')) },
      { additionalProperties: false, description: 'Making a work order.' },
    ),
    find: Type.Object(
      {
        ...List('').properties,
        settle: Type.Optional(
          Span('How long after it was made the look-up may not find a work order. Absent: at once.'),
        ),
      },
      {
        additionalProperties: false,
        description:
          'Looking for the work order of {{ key }}; it gives id, and may give key, which then has to be the same.',
      },
    ),
    read: Type.Object(
      {
        steps: Steps(
          'Reads one work order; they give status, and may give id (another one where it was merged away), updatedAt, outcome and note.',
        ),
        merged: Type.Optional(
          Type.Array(Step, {
            description: 'Where the status means merged: gives into, the id of the work order it went into.',
            minItems: 1,
          }),
        ),
      },
      { additionalProperties: false, description: 'Reading one work order by {{ id }}.' },
    ),
    comments: Type.Optional(
      List(
        'Comments of the work order {{ id }}; they give id and text, and may give author, at and type: what is of type text/html is read as text.',
      ),
    ),
    changes: Type.Optional(
      Type.Object(
        {
          ...List('').properties,
          overlap: Type.Optional(Span('How far back each poll looks beyond what it has seen; 2m when absent.')),
        },
        {
          additionalProperties: false,
          description:
            'Work orders changed since {{ since }}, which is {{ minutes }} ago; it gives id, and may give updatedAt.',
        },
      ),
    ),
    mine: Type.Optional(List('Work orders that Fettle made and that go on; it gives id.')),
    update: Type.Object(
      {
        steps: Steps(
          'Tells the work order {{ id }} what is new. {{ moved }} is reopened where it is over there and goes on here, working where somebody here works on it, else empty.',
        ),
      },
      { additionalProperties: false, description: 'Telling a work order what is new.' },
    ),
    close: Type.Object(
      { steps: Steps('Closes the work order {{ id }} with its outcome.') },
      { additionalProperties: false, description: 'Closing a work order.' },
    ),
    event: Type.Optional(
      Type.Array(Pointer("Where the desk's own webhooks name the work order; the first that holds something counts."), {
        minItems: 1,
      }),
    ),
  },
  { additionalProperties: false, title: 'Preset of a service desk' },
);

export type DeskPreset = Static<typeof PresetSchema>;
export type PresetStep = Static<typeof Step>;
export type PresetList = DeskPreset['find'] | NonNullable<DeskPreset['comments']>;
export type PresetSelector = Static<typeof Selector>;
export type PresetCall = Pick<PresetStep, 'method' | 'path' | 'query' | 'headers' | 'body'>;
