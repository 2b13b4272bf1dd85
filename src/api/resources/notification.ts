import { type Static, Type } from 'typebox';
import { NOTIFY_EVENTS } from '../../domain/notification.ts';
import { NOTIFICATION_STATUSES, type NotificationRow } from '../../ports/notifications.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { oneOf, Time, time } from './common.ts';

export const NotificationSchema = Type.Object(
  {
    id: Type.String(),
    routeId: Type.String(),
    ticketId: Type.String(),
    entryId: Type.String({ description: 'Line of the history of the ticket' }),
    event: oneOf(NOTIFY_EVENTS),
    text: Type.String(),
    by: Type.String(),
    createdAt: Time,
    dueAt: time('When it is sent, unless an attempt fails'),
    held: Type.Boolean({ description: 'Held back, and sent in one message with what else is' }),
    status: oneOf(NOTIFICATION_STATUSES),
    attempts: Type.Integer(),
    lastError: Type.Optional(Type.String()),
    sentAt: Type.Optional(Time),
  },
  { $id: 'Notification', description: 'Something to tell people of a ticket' },
);

export function presentNotification(row: NotificationRow): Static<typeof NotificationSchema> {
  return {
    ...row,
    createdAt: formatTime(row.createdAt),
    dueAt: formatTime(row.dueAt),
    sentAt: formatIfAny(row.sentAt),
  };
}
