import { type Static, Type } from 'typebox';
import type { OutboxRow, OutboxStatus } from '../../ports/outbox.ts';
import { DELIVERY_EVENTS } from '../../ports/serviceDesk.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { oneOf, Time } from './common.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const satisfies readonly OutboxStatus[];

export const DeliverySchema = Type.Object(
  {
    id: Type.String(),
    ticketId: Type.String(),
    event: oneOf(DELIVERY_EVENTS),
    key: Type.String({ description: 'What the desk knows it by: its `Idempotency-Key`' }),
    status: oneOf(DELIVERY_STATUSES),
    createdAt: Time,
    attempts: Type.Integer(),
    lastError: Type.Optional(Type.String()),
    deliveredAt: Type.Optional(Time),
  },
  { $id: 'Delivery', description: 'One thing to tell a service desk' },
);

export function presentDelivery(row: OutboxRow): Static<typeof DeliverySchema> {
  return { ...row, createdAt: formatTime(row.createdAt), deliveredAt: formatIfAny(row.deliveredAt) };
}
