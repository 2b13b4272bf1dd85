import type { Assessment } from './assessment.ts';
import { AssetWork } from './assetWork.ts';
import { ContractReminders } from './contractReminders.ts';
import { CustomerPages } from './customerPages.ts';
import { DeskSync } from './deskSync.ts';
import { FailureWork } from './failureWork.ts';
import type { Fleet } from './fleet.ts';
import type { PipelineOptions, PipelineParts } from './parts.ts';
import { Ratings } from './ratings.ts';
import type { Registration } from './registration.ts';
import { TicketActs } from './ticketActs.ts';
import { TicketRequests } from './ticketRequests.ts';
import { TicketWork } from './ticketWork.ts';
import { Timers } from './timers.ts';

interface Around {
  readonly fleet: Fleet;
  readonly assessment: Assessment;
  readonly registration: Registration;
  readonly deliver: (outboxId: string) => void;
}

export type ServiceWork = ReturnType<typeof createServiceWork>;

/** What people do with assets and tickets, and what is done for them on time: beside the way of a message, not on it. */
export function createServiceWork(
  parts: PipelineParts,
  options: PipelineOptions,
  { fleet, assessment, registration, deliver }: Around,
) {
  const { database, store, outcomes, desk, clock, log } = parts;
  const common = { database, fleet, assessment, clock };
  const acts = new TicketActs({ ...common, deliver });
  const requests = new TicketRequests({ database, fleet, deliver, clock });
  const ratings = new Ratings({ database, fleet, acts, requests, deliver, clock }, options.ratings);
  const tickets = new TicketWork({ ...common, store, deliver });
  return {
    assets: new AssetWork({ ...common, store, registration, outcomes }),
    failures: new FailureWork({ ...common, store, outcomes }),
    ratings,
    customerPages: new CustomerPages({ ...common, ratings, requests }, options.ratings),
    tickets,
    deskSync: new DeskSync({ database, desk, tickets, clock, log, timeout: options.deliveryTimeout }),
    timers: new Timers({ ...parts, queue: parts.timerQueue, acts, tickets, raisePriority: options.raisePriority }),
    reminders: new ContractReminders({ database, fleet, acts, deliver, clock, policy: options.reminders }),
  };
}
