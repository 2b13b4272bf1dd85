import { type Static, Type } from 'typebox';
import {
  type AssetEvent,
  type ComponentInstalledEvent,
  type DeviceBinding,
  REMOVED_CONDITIONS,
} from '../../domain/asset.ts';
import { SECOND } from '../../domain/time.ts';
import type { NewAssetEvent } from '../services.ts';
import { formatIfAny, formatTime, timeIfAny, timeOf } from '../times.ts';
import { body, defined, Id, NewId, Time, time } from './common.ts';

const BASE = {
  id: Type.String(),
  assetId: Type.String(),
  at: Time,
  recordedAt: Time,
  by: Type.String(),
};
const INSTALLATION = {
  ...BASE,
  componentId: Type.String(),
  reading: Type.Optional(Type.Number()),
  serial: Type.Optional(Type.String()),
  age: Type.Optional(
    Type.Object(
      {
        since: time('When it was first in use'),
        usage: Type.Optional(Type.Object({ amount: Type.Number(), unit: Type.String() })),
      },
      {
        description: 'Of a part that was in use elsewhere before, which its serial tells; its life goes on from there',
      },
    ),
  ),
};
const Removed = Type.Enum(REMOVED_CONDITIONS, {
  description:
    'Condition of the part that was taken out: failed, worn as expected, or sound. Absent: unknown. Failed ones teach the fleet where a life ends',
});

export const EventSchema = Type.Union(
  [
    Type.Object({ type: Type.Literal('component-installed'), ...INSTALLATION }),
    Type.Object({
      type: Type.Literal('component-replaced'),
      ...INSTALLATION,
      removed: Type.Optional(Removed),
    }),
    Type.Object({
      type: Type.Literal('maintenance'),
      ...BASE,
      until: Type.Optional(Time),
      note: Type.Optional(Type.String()),
    }),
    Type.Object({
      type: Type.Literal('ticket-closed'),
      ...BASE,
      componentId: Type.String(),
      failureModeId: Type.String(),
      ticketId: Type.String(),
      endedAs: Type.Optional(
        Type.Enum(['cancelled', 'voided'], {
          description: 'By a person, or with the version of its rule; absent: closed with an outcome',
        }),
      ),
    }),
    Type.Object(
      {
        type: Type.Literal('life-extended'),
        ...BASE,
        componentId: Type.String(),
        failureModeId: Type.String(),
        usage: Type.Optional(Type.Object({ amount: Type.Number(), unit: Type.String() })),
        calendarSeconds: Type.Optional(Type.Number()),
        ticketId: Type.Optional(Type.String()),
      },
      { description: 'A worn part was given more life when its ticket was closed' },
    ),
    Type.Object({
      type: Type.Literal('rules-changed'),
      ...BASE,
      ruleIds: Type.Array(Type.String()),
      added: Type.Optional(Type.Array(Type.String(), { description: 'Those that were not there before' })),
    }),
    Type.Object({
      type: Type.Literal('fleet-learned'),
      ...BASE,
      ruleId: Type.String(),
      reference: Type.Unknown({ description: 'What the fleet taught the rule, in the form of its kind' }),
    }),
  ],
  { $id: 'AssetEvent', description: 'What happened to an asset apart from its samples; `at` is when it took effect' },
);

export function presentEvent(event: AssetEvent): Static<typeof EventSchema> {
  const times = { at: formatTime(event.at), recordedAt: formatTime(event.recordedAt) };
  switch (event.type) {
    case 'component-installed':
      return { ...event, type: event.type, ...times, ...presentAge(event) };
    case 'component-replaced':
      return { ...event, type: event.type, ...times, ...presentAge(event) };
    case 'maintenance':
      return { ...event, ...times, until: formatIfAny(event.until) };
    case 'ticket-closed':
      return { ...event, ...times };
    case 'life-extended': {
      const { calendar, usage, ...rest } = event;
      const more = defined({ usage: usage && { ...usage }, calendarSeconds: calendar && calendar / SECOND });
      return { ...rest, ...times, ...more };
    }
    case 'rules-changed': {
      const { added, ...rest } = event;
      return { ...rest, ...times, ruleIds: [...event.ruleIds], ...(added && { added: [...added] }) };
    }
    case 'fleet-learned':
      return { ...event, ...times };
  }
}

function presentAge({ age }: ComponentInstalledEvent) {
  return { age: age && { since: formatTime(age.since), ...(age.usage && { usage: { ...age.usage } }) } };
}

/** Body that adds an event. `at` may lie in the past. */
export const NewEventBody = Type.Union(
  [
    body({
      type: Type.Literal('component-replaced'),
      componentId: Id,
      at: Time,
      reading: Type.Optional(
        Type.Number({ description: 'Of the usage counter at that moment; absent: the reading next seen' }),
      ),
      serial: Type.Optional(Type.String({ maxLength: 500 })),
      removed: Type.Optional(Removed),
    }),
    body({
      type: Type.Literal('maintenance'),
      at: Time,
      until: Type.Optional(Time),
      note: Type.Optional(Type.String({ maxLength: 5000 })),
    }),
  ],
  {
    examples: [
      {
        type: 'component-replaced',
        componentId: 'air-filter',
        at: '2024-05-01T08:00:00.000Z',
        reading: 4012,
        removed: 'worn',
      },
      { type: 'maintenance', at: '2024-05-01T08:00:00.000Z', until: '2024-05-01T12:00:00.000Z' },
    ],
  },
);

export function readEvent(given: Static<typeof NewEventBody>): NewAssetEvent {
  if (given.type === 'component-replaced') return { ...given, at: timeOf(given.at) };
  const { until, ...rest } = given;
  return { ...rest, at: timeOf(given.at), ...defined({ until: timeIfAny(until) }) };
}

export const BindingSchema = Type.Object(
  { deviceId: Type.String(), assetId: Type.String(), from: Time, to: Type.Optional(Time) },
  { $id: 'Binding', description: 'The asset that a device spoke for from `from` (inclusive) to `to` (exclusive)' },
);

export function presentBinding(binding: DeviceBinding): Static<typeof BindingSchema> {
  return { ...binding, from: formatTime(binding.from), to: formatIfAny(binding.to) };
}

export const NewBindingBody = body({
  deviceId: NewId,
  assetId: Id,
  from: Type.Optional(Time),
  to: Type.Optional(Time),
});
