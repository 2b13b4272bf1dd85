import type { DetectedBy, FailureRecord } from './failure.ts';
import type { Closing, FailureImpact, Ticket } from './ticket.ts';
import type { Timestamp } from './time.ts';

/** External keys that begin so are Fettle's own. */
export const OWN_KEY = 'fettle|';

const DETECTED_BY: Readonly<Record<Ticket['origin'], DetectedBy>> = {
  device: 'device',
  customer: 'customer',
  desk: 'desk',
  staff: 'staff',
  plan: 'inspection',
};

type FoundFailure = Omit<FailureRecord, 'id' | 'source' | 'recordedAt' | 'recordedBy'> & {
  readonly externalKey: string;
};

/**
 * The failures that the closings of a ticket speak of: of a closed ticket its own, and those from before Fettle reopened it. What a
 * person took back by reopening is none.
 */
export function failuresOf(ticket: Ticket): FoundFailure[] {
  const { formerClosings = [], closing, closedAt, status } = ticket;
  const standing = formerClosings.map((former) => (former.findingId === undefined ? undefined : former));
  const present = status === 'closed' && closing && closedAt !== undefined ? { closing, closedAt } : undefined;
  return [...standing, present].flatMap((one, at) => (one ? failureOf(ticket, one.closing, one.closedAt, at) : []));
}

function failureOf(ticket: Ticket, closing: Closing, closedAt: Timestamp, at: number): FoundFailure[] {
  const impact = impactOf(closing);
  if (impact === undefined) return [];
  const { id, assetId, componentId, failureModeId, origin } = ticket;
  const { downtimeMinutes, note } = closing;
  return [
    {
      assetId,
      componentId,
      failureModeId,
      at: closing.failedAt ?? failedAt(ticket, closing, closedAt),
      detectedBy: DETECTED_BY[origin],
      impact,
      ...(downtimeMinutes !== undefined && { downtimeMinutes }),
      ...(note !== undefined && { note }),
      ticketId: id,
      externalKey: `${OWN_KEY}ticket|${id}|${at}`,
    },
  ];
}

/** A part that was taken out failed is a failure, whatever the closing calls it; of another cause nobody knows the failure mode. */
function impactOf({ outcome, found, replaced }: Closing): FailureImpact | undefined {
  if (outcome === 'failure-found' && found) return found;
  return outcome !== 'other-cause' && replaced?.removed === 'failed' ? 'critical' : undefined;
}

/**
 * When it failed, where nobody said: what is reactive had failed by its report, or when it turned out to have; else it
 * counts from when it was found.
 */
function failedAt(ticket: Ticket, { replaced }: Closing, closedAt: Timestamp): Timestamp {
  const { kind, mode, sla, openedAt, startedAt, resolvedAt } = ticket;
  if (kind === 'reactive') return mode === 'live' ? Math.max(openedAt, sla?.from ?? openedAt) : openedAt;
  return replaced?.at ?? startedAt ?? resolvedAt ?? closedAt;
}
