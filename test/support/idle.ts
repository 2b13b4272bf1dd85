import { systemClock } from '../../src/adapters/clock.ts';
import { createLog } from '../../src/log.ts';
import { Notifications } from '../../src/pipeline/notifications.ts';
import { Outcomes } from '../../src/pipeline/outcomes.ts';
import type { BrokerStatus } from '../../src/ports/broker.ts';
import type { JobQueue } from '../../src/ports/jobQueue.ts';

/** Takes jobs and does none: outbox rows stay pending. */
export const IDLE_QUEUE: JobQueue = {
  concerns: [],
  work: async () => undefined,
  add: async () => undefined,
  pause: async () => undefined,
  resume: async () => undefined,
  counts: async () => ({ waiting: 0, active: 0, delayed: 0, failed: 0 }),
  ping: async () => undefined,
  close: async () => undefined,
};

/** Of nobody who is told anything. */
export function idleNotifications(): Notifications {
  const metrics = { partErrors: { inc: () => undefined }, notifications: { inc: () => undefined } };
  const parts = { queue: IDLE_QUEUE, routes: [], notifiers: new Map(), timeout: 0, clock: systemClock, metrics };
  return new Notifications({ ...parts, log: createLog('silent') });
}

/** Of tickets that nobody scores. */
export function idleOutcomes(): Outcomes {
  return Object.assign(new Outcomes({ models: [], clock: systemClock }), {
    score: async () => undefined,
    review: async () => undefined,
  });
}

/** Of a broker whose messages a test hands over. */
export const CALM_BROKER: BrokerStatus = {
  connected: true,
  detail: 'by hand',
  unsettledMessages: 0,
  unsettledBytes: 0,
  reconnects: 0,
  sessionsLost: 0,
  failures: new Map(),
  dropped: undefined,
  certificates: [],
};
