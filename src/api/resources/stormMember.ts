import { type Static, Type } from 'typebox';
import type { StormMember } from '../../ports/storms.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { Time, time } from './common.ts';

export const StormMemberSchema = Type.Object(
  {
    assetId: Type.String(),
    componentId: Type.String({ description: '`asset` for the asset as a whole' }),
    failureModeId: Type.String(),
    findingId: Type.String(),
    outSince: Time,
    joinedAt: time('When it became part of the storm'),
    backAt: Type.Optional(time('Absent while it is out')),
    leftAt: Type.Optional(
      time('When the storm ended; one that was still out then has a ticket of its own, or follows'),
    ),
  },
  { $id: 'StormMember', description: 'An asset that is part of a storm' },
);

export function presentMember({ finding, joinedAt, backAt, leftAt }: StormMember): Static<typeof StormMemberSchema> {
  const { assetId, componentId, failureModeId, id: findingId, start } = finding;
  return {
    assetId,
    componentId,
    failureModeId,
    findingId,
    outSince: formatTime(start),
    joinedAt: formatTime(joinedAt),
    backAt: formatIfAny(backAt),
    leftAt: formatIfAny(leftAt),
  };
}
