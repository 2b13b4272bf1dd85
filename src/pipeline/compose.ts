import { createHash } from 'node:crypto';
import type { Evidence, Finding, Forecast } from '../domain/finding.ts';
import { type AssetModel, type RuleMode, severityRank } from '../domain/model.ts';
import { priorityOf } from '../domain/priority.ts';
import type { Ticket, TicketPart } from '../domain/ticket.ts';
import { kindOf, kindWith } from '../domain/ticketKind.ts';
import { ticketSummary, ticketTitle, type WriteTitle } from '../domain/ticketText.ts';
import { DAY, HOUR, type Timestamp } from '../domain/time.ts';
import { newId } from '../newId.ts';
import type { NewTicket, TicketChange } from '../ports/database.ts';
import { bestInformed, renewedForecast, sameBasis } from '../prognostics/combinedForecast.ts';
import { compileIndicator } from '../rules/indicator.ts';
import { describeMode } from '../rules/model.ts';
import { ruleTextsOf } from './ruleTexts.ts';
import type { Tracked } from './tracked.ts';

/** The asset that a finding is about. */
export type Subject = Pick<Tracked, 'asset' | 'model'>;

/** The key of an episode, the same wherever and whenever it is derived. */
export function episodeKey(assetId: string, componentId: string, failureModeId: string, start: Timestamp): string {
  return createHash('sha256')
    .update(JSON.stringify([assetId, componentId, failureModeId, start]))
    .digest('hex')
    .slice(0, 32);
}

/** A fault that gets worse while it has no ticket is a new episode: the one before was closed or cancelled. */
function episodeStart({ change, start, time }: Finding): Timestamp {
  return change === 'escalated' ? time : start;
}

/** The ticket that a finding opens. */
export function composeTicket(
  subject: Subject,
  finding: Finding,
  { mode, now, title }: { readonly mode: RuleMode; readonly now: Timestamp; readonly title?: WriteTitle | undefined },
): NewTicket {
  const { asset } = subject;
  const described = describeMode(subject.model, finding.componentId, finding.failureModeId);
  const plan = planOf(subject, finding);
  const part = plan ? undefined : partOf(described);
  const doBy = dueDate(finding) ?? latestSensible(finding.forecast, finding.time, part);
  const start = episodeStart(finding);
  const facts = {
    assetName: asset.name ?? asset.id,
    component: described.component,
    failureMode: described.failureMode,
    metricName: metricOf(subject, finding.evidence)?.name,
    codeTexts: textsOf(subject, finding.evidence),
    ruleTexts: ruleTextsOf(subject, finding.evidence),
    since: finding.window.from,
    evidence: finding.evidence,
    forecast: finding.forecast,
    part,
    doBy,
    ...(plan && { service: plan }),
  };
  const { severity } = finding;
  const titleFacts = {
    asset: { id: asset.id, name: facts.assetName, model: subject.model.name },
    siteId: asset.siteId,
    customerId: asset.customerId,
    component: described.component,
    failureMode: described.failureMode,
    severity,
    priority: priorityOf(asset, severity, doBy, finding.time),
    title: ticketTitle(facts),
  };
  return {
    id: newId(now),
    origin: plan ? 'plan' : 'device',
    ...(plan && { service: { checklist: plan.checklist, parts: plan.parts }, team: plan.team }),
    kind: kindOf(finding),
    status: mode === 'live' ? 'open' : 'proposed',
    assetId: asset.id,
    siteId: asset.siteId,
    customerId: asset.customerId,
    componentId: finding.componentId,
    failureModeId: finding.failureModeId,
    episodeKey: episodeKey(asset.id, finding.componentId, finding.failureModeId, start),
    episodeStart: start,
    ruleId: finding.ruleId,
    ruleVersion: finding.ruleVersion,
    mode,
    severity,
    priority: titleFacts.priority,
    title: title?.(titleFacts) ?? titleFacts.title,
    summary: ticketSummary(facts),
    window: finding.window,
    evidence: finding.evidence,
    forecast: finding.forecast,
    doBy,
    part,
    contract: asset.contract,
    chart: chartOf(subject, finding),
    openedAt: now,
    updatedAt: now,
  };
}

/** The plan of a service that is due: what its rule says otherwise, such as that it lacks an installation, is none. */
function planOf({ model }: Subject, { ruleId, failureModeId }: Finding) {
  return model.servicePlans?.find(({ id }) => id === ruleId && id === failureModeId);
}

function partOf({ part }: ReturnType<typeof describeMode>): TicketPart | undefined {
  return part && { number: part.number, name: part.name, leadTimeMs: part.leadTime };
}

/** What a ticket says of its fault now, as of one that would be opened for it. */
export function presentFacts(opening: NewTicket): TicketChange {
  const { kind, ruleId, ruleVersion, severity, priority, title, summary, contract, part } = opening;
  const { window, evidence, forecast, doBy, chart } = opening;
  const about = { kind, ruleId, ruleVersion, severity, priority, title, summary, contract, part };
  return { ...about, window, evidence, forecast, doBy, chart };
}

/** What newer evidence changes on a ticket; severity only rises. */
export function evidenceChange(subject: Subject, ticket: Ticket, finding: Finding): TicketChange {
  const worse = severityRank(finding.severity) > severityRank(ticket.severity);
  const severity = worse ? finding.severity : ticket.severity;
  const evidence = mergeEvidence(ticket.evidence, finding.evidence);
  const forecast = renewedForecast(ticket.forecast, finding.forecast);
  const doBy = dueDate(finding) ?? latestSensible(forecast, finding.time, ticket.part) ?? ticket.doBy;
  const described = describeMode(subject.model, finding.componentId, finding.failureModeId);
  return {
    kind: kindWith(ticket, finding),
    severity,
    evidence,
    forecast,
    doBy,
    priority: priorityOf(subject.asset, severity, doBy, finding.time),
    chart: chartOf(subject, finding) ?? ticket.chart,
    window: { from: Math.min(ticket.window?.from ?? finding.window.from, finding.window.from), to: finding.window.to },
    summary: ticketSummary({
      ...described,
      assetName: subject.asset.name ?? subject.asset.id,
      metricName: metricOf(subject, evidence)?.name,
      codeTexts: textsOf(subject, evidence),
      ruleTexts: ruleTextsOf(subject, evidence),
      since: finding.window.from,
      evidence,
      forecast,
      part: ticket.part,
      doBy,
      service: ticket.service,
    }),
  };
}

/**
 * What is left of a ticket's forecast once a finding of it holds no longer: where that may have made it, the best
 * informed of those that do. Undefined where nothing changes.
 */
export function forecastLeft(
  ticket: Ticket,
  gone: Pick<Finding, 'forecast' | 'time'>,
  left: readonly Pick<Finding, 'forecast'>[],
): TicketChange | undefined {
  if (!ticket.forecast || !gone.forecast || !sameBasis(ticket.forecast, gone.forecast)) return undefined;
  const forecast = bestInformed(left.flatMap((finding) => finding.forecast ?? []));
  return { forecast, doBy: latestSensible(forecast, gone.time, ticket.part) };
}

/** Requests for data of several components are one request. */
function mergeEvidence(old: Evidence | undefined, latest: Evidence): Evidence {
  if (old?.kind !== 'installation-unknown' || latest.kind !== 'installation-unknown') return latest;
  return { kind: latest.kind, componentIds: [...new Set([...old.componentIds, ...latest.componentIds])].sort() };
}

/** A date by the calendar, where it is no life. */
function dueDate({ evidence }: Finding): Timestamp | undefined {
  return evidence.kind === 'calendar' && evidence.of === 'service' ? evidence.due : undefined;
}

function latestSensible(
  forecast: Forecast | undefined,
  time: Timestamp,
  part: TicketPart | undefined,
): Timestamp | undefined {
  const earliestEnd = forecast?.p10;
  if (earliestEnd === undefined || earliestEnd === null) return undefined;
  return Math.max(time, earliestEnd - (part?.leadTimeMs ?? 0));
}

/** What the evidence was measured by: a metric or an indicator. */
export function metricOf(subject: Pick<Subject, 'model'>, evidence: Evidence) {
  if (!('metricId' in evidence)) return undefined;
  const { metrics, indicators } = subject.model;
  return [...metrics, ...indicators].find(({ id }) => id === evidence.metricId);
}

/** What the codes mean that the evidence tells of, where its metric has such. */
export function textsOf(subject: Pick<Subject, 'model'>, evidence: Evidence) {
  const metric = metricOf(subject, evidence);
  return metric && 'texts' in metric ? metric.texts : undefined;
}

/** The metrics that an indicator is made of; a metric itself. */
function measuredBy(model: AssetModel, id: string): string[] {
  if (!model.indicators.some((indicator) => indicator.id === id)) return [id];
  return compileIndicator(model, id).inputs.map((input) => model.metrics[input]!.id);
}

/** Where the evidence can be looked at: its window with what came before, or the two weeks before. */
function chartOf({ model }: Subject, { assetId, evidence, window }: Finding): string | undefined {
  if (!('metricId' in evidence)) return undefined;
  const span = evidence.kind === 'usage' ? 14 * DAY : Math.max(HOUR, window.to - window.from);
  const query = new URLSearchParams({
    metrics: measuredBy(model, evidence.metricId).join(','),
    from: new Date(window.from - span).toISOString(),
    to: new Date(window.to + span / 4).toISOString(),
  });
  return `/api/v1/assets/${encodeURIComponent(assetId)}/telemetry?${query}`;
}
