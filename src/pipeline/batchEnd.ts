import type { Rejection, Sample } from '../domain/sample.ts';
import type { Ledger } from '../metrics.ts';
import type { InboundMessage } from '../ports/broker.ts';
import { type Batch, type Pending, refuse } from './batch.ts';

export function conflictOf({ series: { assetId, metricId }, time, historical }: Sample): Rejection {
  const which = historical ? 'history takes no place of live samples' : 'at the newest time the first one counts';
  return {
    reason: 'conflict',
    detail: `${metricId} has another value at ${new Date(time).toISOString()} already; ${which}`,
    assetId,
    metric: metricId,
    samples: 1,
  };
}

export function refuseConflict(sample: Sample, pending: Pending, batch: Batch, ledger: Ledger): void {
  ledger.reject('conflict', 1);
  pending.rejected++;
  refuse(pending, conflictOf(sample), batch);
}

export function messagesToSettle(batch: Batch): InboundMessage[] {
  const messages: InboundMessage[] = [];
  for (const { message, toSettle } of batch.messages) if (toSettle) messages.push(message);
  return messages;
}

export function countMessage(pending: Pending, ledger: Ledger, lost: boolean): void {
  const { messages } = ledger;
  messages.inFlight--;
  if (pending.stored > 0) messages.stored++;
  else if (lost) ledger.drop('dead-letters-full');
  else if (pending.rejected > 0 && pending.told) ledger.drop('refused-history');
  else if (pending.rejected > 0) messages.deadLettered++;
  else if (pending.duplicate > 0) messages.duplicate++;
  else ledger.drop('nothing-to-store');
}
