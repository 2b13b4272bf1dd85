import { type Static, Type } from 'typebox';
import { REMOVED_CONDITIONS } from '../../domain/asset.ts';
import {
  type Closing,
  type ClosingRequest,
  FAILURE_IMPACTS,
  type LifeExtension,
  OUTCOMES,
} from '../../domain/ticket.ts';
import { SECOND } from '../../domain/time.ts';
import { formatIfAny, formatTime, timeOf } from '../times.ts';
import { body, defined, oneOf, Time, time } from './common.ts';

const Replacement = {
  reading: Type.Optional(
    Type.Number({
      description:
        'What the usage counter showed at that moment, not the age of the new part; absent: what it shows next',
    }),
  ),
  serial: Type.Optional(Type.String({ maxLength: 500, description: 'Of the part that was put in' })),
  removed: Type.Optional(
    oneOf(REMOVED_CONDITIONS, {
      description: 'Condition of the part that was taken out; without it a prevented failure can not be verified',
    }),
  ),
};

const Found = Type.Optional(
  oneOf(FAILURE_IMPACTS, {
    description:
      'With `failure-found` (ISO 14224). `critical`: it could not do its work; `degraded`: it did it badly; `incipient`: ' +
      'it was only beginning',
  }),
);
const Downtime = Type.Optional(Type.Number({ minimum: 0, description: 'How long it could not do its work' }));
const EXTENSION = {
  usage: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'In the unit of the usage counter' })),
  calendarSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Of a life by the calendar' })),
};
const EXTENDED =
  'A worn part that stays: by how much more it may last, from what it has come to or from its rated life';
const PARTS = {
  number: Type.String({ minLength: 1, maxLength: 200, description: 'Stock code' }),
  quantity: Type.Number({ exclusiveMinimum: 0 }),
  serial: Type.Optional(Type.String({ maxLength: 500 })),
};
const Labour = Type.Optional(Type.Number({ minimum: 0, description: 'Time that people worked on it' }));

export const ClosingSchema = Type.Object({
  outcome: oneOf(OUTCOMES),
  found: Found,
  failedAt: Type.Optional(Time),
  downtimeMinutes: Downtime,
  note: Type.Optional(Type.String()),
  replaced: Type.Optional(Type.Object({ at: Time, ...Replacement })),
  extendBy: Type.Optional(Type.Object(EXTENSION, { description: EXTENDED })),
  labourMinutes: Labour,
  parts: Type.Optional(Type.Array(Type.Object(PARTS), { description: 'What was used up' })),
});

export function presentClosing({
  unreleased: _,
  failedAt,
  replaced,
  extendBy,
  parts,
  ...rest
}: Closing): Static<typeof ClosingSchema> {
  return {
    ...rest,
    failedAt: formatIfAny(failedAt),
    replaced: replaced && { ...replaced, at: formatTime(replaced.at) },
    extendBy: extendBy && presentExtension(extendBy),
    parts: parts?.map((part) => ({ ...part })),
  };
}

function presentExtension({ usage, calendar }: LifeExtension) {
  return defined({ usage, calendarSeconds: calendar && calendar / SECOND });
}

export const ClosingBody = body(
  {
    outcome: oneOf(OUTCOMES, {
      description:
        'What was found; predictions are scored by it. The last two are what Fettle enters when it closes a ticket itself',
    }),
    found: Found,
    failedAt: Type.Optional(
      time(
        'With `failure-found`: when it failed. Without it a planned ticket counts from when it was found, a reactive one from its report',
      ),
    ),
    downtimeMinutes: Downtime,
    note: Type.Optional(Type.String({ maxLength: 20_000 })),
    replaced: Type.Optional(
      body({ at: Time, ...Replacement }, { description: 'The component was replaced; its life starts anew at `at`' }),
    ),
    extendBy: Type.Optional(body(EXTENSION, { description: EXTENDED })),
    deferUntil: Type.Optional(
      time(
        'A worn part that stays for now: the ticket is deferred until then instead of closed, and nothing is scored',
      ),
    ),
    labourMinutes: Labour,
    parts: Type.Optional(Type.Array(body(PARTS), { maxItems: 200, description: 'What was used up' })),
  },
  {
    examples: [
      {
        outcome: 'worn-as-expected',
        note: 'Filter black',
        replaced: { at: '2024-05-01T08:00:00.000Z', reading: 4012, removed: 'worn' },
        labourMinutes: 45,
        parts: [{ number: 'AF-1', quantity: 1 }],
      },
      { outcome: 'worn-as-expected', note: 'Good for another month', extendBy: { usage: 500 } },
      { outcome: 'failure-found', found: 'degraded', note: 'Seal leaks, tightened' },
    ],
  },
);

export function readClosing(given: Static<typeof ClosingBody>): ClosingRequest {
  const { failedAt, replaced, extendBy, deferUntil, ...rest } = given;
  return {
    ...rest,
    ...(failedAt !== undefined && { failedAt: timeOf(failedAt) }),
    ...(replaced && { replaced: { ...replaced, at: timeOf(replaced.at) } }),
    ...(extendBy && { extendBy: readExtension(extendBy) }),
    ...(deferUntil !== undefined && { deferUntil: timeOf(deferUntil) }),
  };
}

function readExtension({ usage, calendarSeconds }: { usage?: number; calendarSeconds?: number }): LifeExtension {
  return defined({ usage, calendar: calendarSeconds && calendarSeconds * SECOND });
}
