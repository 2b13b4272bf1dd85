import Type from 'typebox';
import { dateOf, WEEKDAYS } from '../domain/localTime.ts';
import { isTimeZone } from '../domain/zone.ts';
import { Id, OneOf, Text } from './fields.ts';

const TimeOfDay = (description: string) =>
  Type.String({
    description,
    form: "a time of day in quotes, from '00:00' to '24:00'",
    pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
  });

const Shift = Type.Object(
  {
    days: Type.Array(Type.Enum([...WEEKDAYS]), {
      minItems: 1,
      description: 'Days on which it begins: mon, tue, wed, thu, fri, sat, sun.',
    }),
    from: TimeOfDay('When work begins.'),
    to: TimeOfDay('When it ends; not after from means on the next day.'),
  },
  { additionalProperties: false },
);

const isHoliday = (text: string) => dateOf(text.length === 5 ? `2024-${text}` : text) !== undefined;

const CalendarSchema = Type.Object(
  {
    id: Id('Names the calendar.'),
    zone: Type.Refine(
      Text('IANA time zone of the times, like Europe/Berlin; summer time is minded.', {
        form: 'an IANA time zone such as Europe/Berlin or UTC',
      }),
      isTimeZone,
    ),
    hours: Type.Array(Shift, { minItems: 1, description: 'Shifts of the week; a day may have several.' }),
    holidays: Type.Array(
      Type.Refine(Type.String({ form: "a date in quotes, like '2026-10-01', or '12-25' for each year" }), isHoliday),
      { default: [], description: 'Days on which no shift begins.' },
    ),
    workdays: Type.Array(
      Type.Object(
        {
          date: Type.Refine(
            Type.String({ description: 'The day.', form: "a date in quotes, like '2026-10-10'" }),
            (text) => dateOf(text) !== undefined,
          ),
          like: OneOf('Day of the week whose shifts it has.', WEEKDAYS),
        },
        { additionalProperties: false },
      ),
      { default: [], description: 'Days that are worked although they fall on a weekend or holiday.' },
    ),
  },
  { additionalProperties: false, description: 'When people work.' },
);

export const Calendars = Type.Array(CalendarSchema, {
  default: [],
  description: 'Working hours, for promises and for quiet hours. Without one, every hour counts.',
});
