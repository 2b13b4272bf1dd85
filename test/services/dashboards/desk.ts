import type { App } from '../../../src/app.ts';
import type { FailureRecord } from '../../../src/domain/failure.ts';
import type { Score } from '../../../src/domain/score.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import type { ApiClient, TicketDocument } from '../../support/apiClient.ts';
import { sampleTicket } from '../../support/ticket.ts';

/** What a service desk did: with the tickets that are open now, and with those of the last months. */
export async function workDesk(app: App, api: ApiClient): Promise<void> {
  const [first, second] = (await api.all<TicketDocument>('/tickets')).filter(({ status }) => status === 'open');
  await api.post(`/tickets/${first!.id}/assign`, { team: 'lifts', person: 'Ann' });
  await api.post(`/tickets/${first!.id}/transition`, { to: 'acknowledged' });
  await api.post(`/tickets/${second!.id}/wait`, { reason: 'no access before Monday' });
  await past(app, Date.now());
}

/** Tickets of an earlier life, for what takes longer than the test. */
async function past(app: App, now: number): Promise<void> {
  const { database } = app.pipeline.parts;
  const place = { assetId: 'comp-3', componentId: 'cooling-fan' } as const;
  /** Promises are worked out as it goes its way. */
  const done = async (id: string, opened: number, hours: number, change: Partial<Ticket> = {}) => {
    const openedAt = now - opened * DAY;
    const resolvedAt = openedAt + hours * HOUR;
    const {
      number: _number,
      reopened: _reopened,
      version,
      ...ticket
    } = sampleTicket({
      ...place,
      id,
      siteId: 'suzhou-plant',
      customerId: 'taihu-packaging',
      failureModeId: 'oil-overheated',
      kind: 'reactive',
      team: 'compressors',
      episodeKey: id,
      openedAt,
      ...change,
    });
    await database.tickets.insert(ticket);
    await database.tickets.update(id, version, {
      status: 'closed',
      acknowledgedAt: openedAt + HOUR,
      resolvedAt,
      closedAt: resolvedAt,
      closing: { outcome: 'failure-found' },
    });
    return openedAt;
  };
  await done('past-1', 50, 20);
  const back = await done('past-2', 45, 30);
  await done('past-3', 25, 60, { recurrenceOf: 'past-1' });
  const soon = await done('past-4', 5, 10);
  await database.ratings.save({ ticketId: 'past-2', score: 2, comment: 'twice', at: now - 9 * DAY });
  await database.ratings.save({ ticketId: 'past-4', score: 5, at: now - 4 * DAY });
  const failure = (id: string, at: number, change: Partial<FailureRecord>): FailureRecord => ({
    ...place,
    id,
    at,
    detectedBy: 'customer',
    impact: 'critical',
    source: 'api',
    recordedAt: at,
    recordedBy: 'test',
    ...change,
  });
  await database.failures.insert(failure('f-1', soon, { ticketId: 'past-4' }));
  await database.failures.insert(failure('f-2', now - 3 * DAY, { downtimeMinutes: 90, impact: 'degraded' }));
  await database.failures.insert(failure('f-3', back, { downtimeMinutes: 600 }));
  const score = (kind: Score['score'], change: Partial<Score>): Score => ({
    ...place,
    id: `score-${kind}`,
    ruleId: 'fan-life',
    at: now - 5 * DAY,
    score: kind,
    reason: { en: 'It failed after 2 days.', zh: '2 天后失效。' },
    scoredAt: now,
    ...change,
  });
  await database.scores.set(place, [
    score('hit', { ticketId: 'past-4', warningMs: 2 * DAY, lifeLost: 0.1 }),
    score('missed', { failureId: 'f-2', at: now - 3 * DAY }),
    score('false', { at: now - 20 * DAY }),
  ]);
}
