import type { Ticket } from '../domain/ticket.ts';
import { type ComponentUsage, solutionsOf, type TicketBackground } from '../domain/ticketBackground.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Database } from '../ports/database.ts';
import { describeMode } from '../rules/model.ts';
import type { Assessment } from './assessment.ts';
import { metricOf, textsOf } from './compose.ts';
import type { Fleet } from './fleet.ts';
import { ruleTextsOf } from './ruleTexts.ts';
import type { Tracked } from './tracked.ts';
import { viewAsset } from './views.ts';

/** Earlier tickets that are shown, and closings that solutions are drawn from. */
const EARLIER = 3;
const CLOSINGS = 500;

export interface BackgroundParts {
  readonly database: Pick<Database, 'tickets'>;
  readonly fleet: Pick<Fleet, 'get'>;
  readonly assessment: Pick<Assessment, 'statesOf'>;
}

/**
 * What is known beside a ticket. Nothing in it is worth losing the ticket for: where it can not be made out, although
 * the database answers, ids stand in for names and the rest is empty.
 */
export async function backgroundOf(
  ticket: Ticket,
  { metrics, log, ...parts }: BackgroundParts & { readonly metrics: Pick<Metrics, 'textFailures'>; readonly log: Log },
): Promise<TicketBackground> {
  try {
    return await known(ticket, parts);
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    metrics.textFailures.inc({ what: 'background' });
    log.error({ err: error, ticket: ticket.number }, 'what is known beside a ticket could not be made out');
    return { ...UNKNOWN, ...namesOf(ticket) };
  }
}

/** Of an asset that is not known any more ids stand in for names. */
async function known(ticket: Ticket, parts: BackgroundParts): Promise<TicketBackground> {
  const { database, fleet } = parts;
  const { assetId, componentId, failureModeId } = ticket;
  const tracked = fleet.get(assetId);
  const closed = await database.tickets.closedBefore(ticket, EARLIER);
  const earlier = closed.flatMap(({ id, number, failureModeId, openedAt, closedAt, closing }) =>
    closedAt === undefined || !closing
      ? []
      : [{ id, number, failureModeId, openedAt, closedAt, outcome: closing.outcome, ...noteOf(closing.note) }],
  );
  if (!tracked) return { ...UNKNOWN, ...namesOf(ticket), earlier };
  const { asset, model } = tracked;
  const described = describeMode(model, componentId, failureModeId);
  const closings = await database.tickets.pastClosings({ modelId: model.id, componentId, failureModeId }, CLOSINGS);
  const metricName = ticket.evidence && metricOf(tracked, ticket.evidence)?.name;
  const codeTexts = ticket.evidence && textsOf(tracked, ticket.evidence);
  const ruleTexts = ticket.evidence && ruleTextsOf(tracked, ticket.evidence);
  const usage = await usageOf(tracked, componentId, parts);
  return {
    assetName: asset.name ?? assetId,
    modelName: model.name,
    ...(asset.serial !== undefined && { serial: asset.serial }),
    ...(described.component && { component: described.component }),
    failureMode: described.failureMode,
    ...(metricName && { metricName }),
    ...(codeTexts && { codeTexts }),
    ...(ruleTexts && { ruleTexts }),
    safety: described.safety,
    ...(usage && { usage }),
    earlier,
    solutions: solutionsOf(closings.filter(({ ticketId, cameBack }) => ticketId !== ticket.id || cameBack)),
    advice: described.solutions,
  };
}

const UNKNOWN = { safety: [], earlier: [], solutions: [], advice: [] };

function namesOf({ assetId, failureModeId }: Ticket) {
  return { assetName: assetId, modelName: same(''), failureMode: same(failureModeId) };
}

function same(text: string) {
  return { en: text, zh: text };
}

function noteOf(note: string | undefined) {
  return note ? { note } : {};
}

async function usageOf(
  tracked: Tracked,
  componentId: string,
  { assessment }: BackgroundParts,
): Promise<ComponentUsage | undefined> {
  const [state] = await assessment.statesOf([tracked]);
  if (!state) return undefined;
  const view = viewAsset({ asset: tracked.asset, compiled: tracked.compiled, state });
  const seen = view.components.find((component) => component.componentId === componentId);
  const { used, life, unit, wear } = seen ?? {};
  if (used === undefined || life === undefined || unit === undefined || wear === undefined || wear === null)
    return undefined;
  return { used, life, unit, wear };
}
