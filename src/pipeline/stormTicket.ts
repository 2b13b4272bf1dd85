import { createHash } from 'node:crypto';
import type { Asset } from '../domain/asset.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { type RuleMode, type Severity, STORM, severityRank } from '../domain/model.ts';
import { priorityOf } from '../domain/priority.ts';
import type { Storm, StormScope } from '../domain/storm.ts';
import { SHOWN_NAMES, stormSummary, stormTitle } from '../domain/stormText.ts';
import type { Timestamp } from '../domain/time.ts';
import { newId } from '../newId.ts';
import type { FindingRow, NewTicket, TicketChange } from '../ports/database.ts';
import { describeMode } from '../rules/model.ts';
import type { Subject } from './compose.ts';

/** One finding of an asset that is part of a storm. */
export interface StormPart {
  readonly finding: FindingRow;
  readonly isOut: boolean;
  /** Undefined where the asset is not known any more. */
  readonly subject: Subject | undefined;
}

interface StormOpening {
  readonly scope: StormScope;
  /** Assets of the scope. */
  readonly of: number;
  readonly mode: RuleMode;
  /** Ticket of the storm that went before and was closed while they were out. */
  readonly before: string | undefined;
  readonly now: Timestamp;
}

/** The ticket that a storm opens, filed under `first`. */
export function composeStorm(
  first: Asset,
  parts: readonly StormPart[],
  { scope, of, mode, before, now }: StormOpening,
): NewTicket {
  const facts = stormFacts(parts, scope, of, 0, now);
  const told = mode === 'live' ? facts.storm.assets : 0;
  const customers = new Set(parts.map(({ subject }) => subject?.asset.customerId));
  const start = Math.min(...parts.map(({ finding }) => finding.start));
  return {
    id: newId(now),
    origin: 'device',
    kind: 'reactive',
    status: mode === 'live' ? 'open' : 'proposed',
    assetId: first.id,
    siteId: first.siteId,
    ...(customers.size === 1 && first.customerId !== undefined && { customerId: first.customerId }),
    componentId: WHOLE_ASSET,
    failureModeId: STORM.id,
    ...(before !== undefined && { recurrenceOf: before }),
    episodeKey: stormKey(scope, parts, before),
    episodeStart: start,
    mode,
    openedAt: now,
    updatedAt: now,
    ...facts,
    storm: { ...facts.storm, told },
  };
}

/** The same for whoever begins the same storm. */
function stormKey(scope: StormScope, parts: readonly StormPart[], before: string | undefined): string {
  const findings = parts.map(({ finding }) => finding.key).sort();
  return createHash('sha256')
    .update(JSON.stringify(['storm', scope, findings, before]))
    .digest('hex')
    .slice(0, 32);
}

/** What the ticket of a storm says of it. */
export function stormFacts(parts: readonly StormPart[], scope: StormScope, of: number, told: number, now: Timestamp) {
  const assets = new Set(parts.map(({ finding }) => finding.assetId));
  const out = new Set(parts.filter(({ isOut }) => isOut).map(({ finding }) => finding.assetId));
  const storm: Storm = { scope, assets: assets.size, out: out.size, of: Math.max(of, assets.size), told };
  const severity = parts.map(({ finding }) => finding.severity).reduce(worse);
  const from = Math.min(...parts.map(({ finding }) => finding.window.from));
  const to = Math.max(...parts.map(({ finding }) => finding.start));
  return {
    storm,
    severity,
    priority: parts.map((part) => priorityOfPart(part, severity, now)).reduce((a, b) => (b < a ? b : a)),
    title: stormTitle(storm),
    summary: stormSummary({ ...storm, names: namesOf(parts), modes: modesOf(parts), from, to: Math.max(from, to) }),
    window: { from, to: Math.max(...parts.map(({ finding }) => finding.window.to)) },
  } satisfies TicketChange;
}

function worse(a: Severity, b: Severity): Severity {
  return severityRank(b) > severityRank(a) ? b : a;
}

function priorityOfPart({ subject }: StormPart, severity: Severity, now: Timestamp) {
  return subject ? priorityOf(subject.asset, severity, undefined, now) : 'P4';
}

function namesOf(parts: readonly StormPart[]): string[] {
  const names = new Map(parts.map(({ finding, subject }) => [finding.assetId, subject?.asset.name ?? finding.assetId]));
  return [...names.values()].slice(0, SHOWN_NAMES);
}

function modesOf(parts: readonly StormPart[]) {
  const modes = new Map<string, { name: { en: string; zh: string }; assets: Set<string> }>();
  for (const { finding, subject } of parts) {
    const { componentId, failureModeId, assetId } = finding;
    const name = subject
      ? describeMode(subject.model, componentId, failureModeId).failureMode
      : { en: failureModeId, zh: failureModeId };
    const known = modes.get(name.en) ?? { name, assets: new Set() };
    modes.set(name.en, known);
    known.assets.add(assetId);
  }
  return [...modes.values()].map(({ name, assets }) => ({ name, assets: assets.size }));
}
