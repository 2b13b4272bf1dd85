import { type Static, Type } from 'typebox';
import type { Shutdown } from '../../domain/storm.ts';
import { formatTime } from '../times.ts';
import { body, Time, time } from './common.ts';

const Note = Type.Optional(Type.String({ maxLength: 20_000 }));

export const ShutdownSchema = Type.Object(
  {
    id: Type.String(),
    siteId: Type.String(),
    from: Time,
    to: time('Exclusive'),
    note: Note,
    by: Type.String(),
    recordedAt: Time,
  },
  { $id: 'Shutdown', description: 'A planned shutdown of a site' },
);

export const NewShutdownBody = body(
  { from: Type.Optional(time('Now when absent')), to: time('Exclusive'), note: Note },
  {
    examples: [{ from: '2026-12-24T18:00:00.000Z', to: '2027-01-04T05:00:00.000Z', note: 'Closed over the holidays' }],
  },
);

export function presentShutdown({ from, to, recordedAt, ...rest }: Shutdown): Static<typeof ShutdownSchema> {
  return { ...rest, from: formatTime(from), to: formatTime(to), recordedAt: formatTime(recordedAt) };
}
