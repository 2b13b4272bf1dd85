import { type Static, Type } from 'typebox';
import { entitlementOf } from '../../domain/entitlement.ts';
import { RULE_MODES, SEVERITIES } from '../../domain/model.ts';
import { isPaused, type SlaBasis } from '../../domain/sla.ts';
import { SCOPE_KINDS } from '../../domain/storm.ts';
import { type ServiceWork, TICKET_KINDS, TICKET_ORIGINS, TICKET_STATUSES, type Ticket } from '../../domain/ticket.ts';
import { SECOND } from '../../domain/time.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { ContractSchema, presentContract } from './asset.ts';
import { type ChartLinks, chartUrl } from './chart.ts';
import { body, Id, LocalTextSchema, oneOf, PrioritySchema, presentText, ref, Time, time } from './common.ts';
import { EvidenceSchema, presentEvidence } from './evidence.ts';
import { ForecastSchema, forecastIfAny, presentWindow, toMinute, WindowSchema } from './finding.ts';
import { ClosingSchema, presentClosing } from './ticketClosing.ts';

const PartSchema = Type.Object({
  number: Type.String(),
  name: Type.Optional(LocalTextSchema),
  leadTimeSeconds: Type.Number(),
});

export const ServiceSchema = Type.Object(
  {
    checklist: Type.Array(LocalTextSchema),
    parts: Type.Array(
      Type.Object({ number: Type.String(), name: Type.Optional(LocalTextSchema), quantity: Type.Number() }),
    ),
  },
  { description: 'The work of a service plan, as it was when it came due' },
);

const DuplicateSchema = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  status: oneOf(TICKET_STATUSES),
  componentId: Type.String(),
  failureModeId: Type.String(),
  title: LocalTextSchema,
});

export function presentDuplicate(ticket: Ticket): Static<typeof DuplicateSchema> {
  const { id, number, status, componentId, failureModeId, title } = ticket;
  return { id, number, status, componentId, failureModeId, title: presentText(title) };
}

const SlaSchema = Type.Object(
  {
    from: Time,
    pressing: Type.Partial(Type.Object({ P1: Time, P2: Time, P3: Time, P4: Time }), {
      description: 'Since when it has been at least so pressing without a break',
    }),
    pauses: Type.Array(
      Type.Object({ why: oneOf(['customer', 'deferred', 'over']), from: Time, to: Type.Optional(Time) }),
      { description: 'When the clocks stood still; `over`: it was said to be done, until it was reopened' },
    ),
  },
  { description: 'The times that its deadlines are worked out from; absent while nobody has released it' },
);

const StormSchema = Type.Object(
  {
    scope: Type.Object(
      { kind: oneOf(SCOPE_KINDS), id: Type.String({ description: 'Of the site or gateway; empty for the fleet' }) },
      { description: 'What the assets have in common' },
    ),
    assets: Type.Integer({ description: 'That were ever part of it' }),
    out: Type.Integer({ description: 'That have not come back' }),
    of: Type.Integer({ description: 'Of the scope when it was last counted, without those that were muted' }),
    told: Type.Integer({ description: 'Of how many assets the desk was last told' }),
  },
  { description: 'Many assets out at once; only on the ticket of a storm' },
);

export const TicketSchema = Type.Object(
  {
    id: Type.String(),
    number: Type.Integer({ description: 'For people' }),
    origin: oneOf(TICKET_ORIGINS, { description: '`plan`: a service plan of the model' }),
    kind: oneOf(TICKET_KINDS, {
      description:
        '`planned`: from a forecast, nothing has failed; `reactive`: something failed, or somebody reported it',
    }),
    status: oneOf(TICKET_STATUSES),
    team: Type.Optional(Type.String({ description: 'Who is to do it' })),
    person: Type.Optional(Type.String({ description: 'Who is to do it' })),
    scheduledFor: Type.Optional(time('When somebody is to be there')),
    waiting: Type.Optional(
      Type.Object(
        { since: Time, reason: Type.String(), by: Type.String() },
        { description: 'While it waits for the customer' },
      ),
    ),
    deferral: Type.Optional(Type.Object({ reason: Type.String(), until: Time }, { description: 'While deferred' })),
    acknowledgedAt: Type.Optional(time('When a person or a desk first took note of it')),
    startedAt: Type.Optional(time('When work on it first began')),
    resolvedAt: Type.Optional(time('When it was last said to be done, or cleared; absent while it is reopened')),
    reopened: Type.Integer({
      description:
        'How often it was taken up again after it had ended; not counted: what comes back after clearing by itself',
    }),
    reopenedAt: Type.Optional(Time),
    recurrenceOf: Type.Optional(
      Type.String({
        description: 'Id of the ticket that was closed for the same trouble before, too long ago to be reopened',
      }),
    ),
    parentId: Type.Optional(
      Type.String({ description: 'Id of the ticket of the storm that it is part of, or came out of' }),
    ),
    storm: Type.Optional(StormSchema),
    campaignId: Type.Optional(Type.String({ description: 'Of the campaign that it is part of' })),
    assetId: Type.String({ description: 'Of a storm the first' }),
    siteId: Type.String(),
    customerId: Type.Optional(Type.String()),
    componentId: Type.String({ description: '`asset` for the asset as a whole' }),
    failureModeId: Type.String(),
    episodeKey: Type.String({ description: 'One ticket for each, for ever' }),
    episodeStart: Time,
    ruleId: Type.Optional(Type.String()),
    ruleVersion: Type.Optional(Type.String()),
    mode: oneOf(RULE_MODES),
    severity: oneOf(SEVERITIES),
    priority: PrioritySchema,
    leastPriority: Type.Optional(PrioritySchema),
    sla: Type.Optional(SlaSchema),
    respondBy: Type.Optional(
      time('Until when somebody is to take note of it; absent while proposed, and while the clocks stand still'),
    ),
    solveBy: Type.Optional(
      time(
        'Until when it is to be solved; absent while the clocks stand still. Of a planned ticket: P10 of its forecast less the margin',
      ),
    ),
    responseBreachedAt: Type.Optional(time('The deadline by which nobody had taken note of it; stays')),
    solutionBreachedAt: Type.Optional(time('The deadline by which it was not solved; stays')),
    paused: Type.Boolean({ description: 'Whether the clocks of what was promised stand still' }),
    title: LocalTextSchema,
    summary: LocalTextSchema,
    window: Type.Optional(WindowSchema),
    evidence: Type.Optional(ref(EvidenceSchema)),
    forecast: Type.Optional(ForecastSchema),
    doBy: Type.Optional(Time),
    part: Type.Optional(PartSchema),
    service: Type.Optional(ServiceSchema),
    contract: Type.Optional(ContractSchema),
    entitlement: Type.Object(
      {
        ...ContractSchema.properties,
        inForce: Type.Boolean({ description: 'When the ticket was opened' }),
        text: LocalTextSchema,
      },
      { description: 'What the customer was entitled to when the ticket was opened' },
    ),
    chart: Type.Optional(Type.String({ description: 'Address of the chart' })),
    openedAt: Time,
    updatedAt: Time,
    closing: Type.Optional(ClosingSchema),
    formerClosings: Type.Optional(
      Type.Array(Type.Object({ closing: ClosingSchema, closedAt: Time, findingId: Type.Optional(Type.String()) }), {
        description:
          'From before it was reopened, oldest first; `findingId`: the finding that did, absent where a person did',
      }),
    ),
    closedAt: Type.Optional(Time),
    externalId: Type.Optional(Type.String({ description: 'In the service desk' })),
    externalUrl: Type.Optional(Type.String()),
    version: Type.Integer({ description: 'Counts up with each change; the ETag' }),
    duplicates: Type.Optional(
      Type.Array(DuplicateSchema, {
        description: 'In the answer to a request that opened it: other ongoing tickets of the asset, the newest first',
      }),
    ),
  },
  { $id: 'Ticket', description: 'A service ticket: one for each developing fault' },
);

export function presentTicket(ticket: Ticket, links: ChartLinks): Static<typeof TicketSchema> {
  const { told: _, ...shown } = ticket;
  const { evidence, window, part, closing } = shown;
  return {
    ...shown,
    episodeStart: formatTime(ticket.episodeStart),
    title: presentText(ticket.title),
    summary: presentText(ticket.summary),
    window: window && presentWindow(window),
    evidence: evidence && presentEvidence(evidence),
    forecast: forecastIfAny(ticket.forecast),
    doBy: ticket.doBy === undefined ? undefined : formatTime(toMinute(ticket.doBy)),
    part: part && { number: part.number, name: part.name, leadTimeSeconds: part.leadTimeMs / SECOND },
    service: ticket.service && presentService(ticket.service),
    scheduledFor: formatIfAny(ticket.scheduledFor),
    waiting: ticket.waiting && { ...ticket.waiting, since: formatTime(ticket.waiting.since) },
    sla: ticket.sla && presentSla(ticket.sla),
    respondBy: formatIfAny(ticket.respondBy),
    solveBy: formatIfAny(ticket.solveBy),
    responseBreachedAt: formatIfAny(ticket.responseBreachedAt),
    solutionBreachedAt: formatIfAny(ticket.solutionBreachedAt),
    paused: isPaused(ticket),
    deferral: ticket.deferral && { ...ticket.deferral, until: formatTime(ticket.deferral.until) },
    acknowledgedAt: formatIfAny(ticket.acknowledgedAt),
    startedAt: formatIfAny(ticket.startedAt),
    resolvedAt: formatIfAny(ticket.resolvedAt),
    reopenedAt: formatIfAny(ticket.reopenedAt),
    contract: presentContract(ticket.contract),
    entitlement: presentEntitlement(ticket),
    chart: chartUrl(ticket, links),
    openedAt: formatTime(ticket.openedAt),
    updatedAt: formatTime(ticket.updatedAt),
    closing: closing && presentClosing(closing),
    formerClosings: ticket.formerClosings?.map((former) => ({
      ...former,
      closing: presentClosing(former.closing),
      closedAt: formatTime(former.closedAt),
    })),
    closedAt: formatIfAny(ticket.closedAt),
  };
}

export function presentService({ checklist, parts }: ServiceWork): Static<typeof ServiceSchema> {
  return { checklist: [...checklist], parts: parts.map((planned) => ({ ...planned })) };
}

function presentSla({ from, pressing, pauses }: SlaBasis): Static<typeof SlaSchema> {
  return {
    from: formatTime(from),
    pressing: Object.fromEntries(Object.entries(pressing).map(([priority, since]) => [priority, formatTime(since)])),
    pauses: pauses.map((pause) => ({ why: pause.why, from: formatTime(pause.from), to: formatIfAny(pause.to) })),
  };
}

function presentEntitlement({ contract, openedAt }: Ticket) {
  const { until, text, ...rest } = entitlementOf(contract, openedAt);
  return { ...rest, until: formatIfAny(until), text: presentText(text) };
}

export const NewTicketBody = body(
  {
    assetId: Id,
    componentId: Type.Optional(Id),
    failureModeId: Type.Optional(Id),
    origin: oneOf(['customer', 'desk', 'staff'], { default: 'desk' }),
    joins: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'Id of an ongoing ticket of the asset that the request is about as well, such as one of `duplicates`',
      }),
    ),
    severity: oneOf(SEVERITIES, { default: 'warning' }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    text: Type.String({ maxLength: 20_000, default: '' }),
  },
  { examples: [{ assetId: 'compressor-0815', origin: 'customer', title: 'Loud since this morning' }] },
);
