import type { Configuration } from '../../../src/config/check.ts';
import { DAY } from '../../../src/domain/time.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { World } from '../../support/simulation/world.ts';
import { asItArrives, type Entered, type History, inOrder, NOW, type Said, type Troubles } from './history.ts';

const STAFF = { name: 'staff', role: 'engineer' } as const;

/** Lets a history happen in order, to one process, each item after all that came before has been assessed. */
export async function uninterrupted(configuration: Configuration, history: History): Promise<World> {
  const world = new World({ configuration, now: NOW, nodes: 1, faults: [], seed: 1 });
  await world.nodes[0]!.start();
  for (const item of inOrder(history)) {
    if ('event' in item) await enter(world, item);
    else await say(world, { ...item, node: 0, next: 'go on' });
    await world.quiet();
  }
  await world.settle();
  return world;
}

/** Lets it happen as it arrives, with all its troubles. */
export async function troubled(
  configuration: Configuration,
  history: History,
  { faults, seed, batchSize }: Troubles,
  nodes: number,
): Promise<World> {
  const { config } = configuration;
  const split = { ...configuration, config: { ...config, ingest: { ...config.ingest, batchSize } } };
  const world = new World({ configuration: split, now: NOW, nodes, faults, seed });
  for (const node of world.nodes) await node.start();
  for (const item of asItArrives(history)) {
    if ('event' in item) await enter(world, item);
    else await say(world, item);
    for (const node of world.nodes) if (!node.isUp) await node.start();
  }
  await world.settle();
  return world;
}

async function say(world: World, { assetId, payload, node, next, historical }: Said): Promise<void> {
  const { nodes } = world;
  nodes[node % nodes.length]!.send(`rigs/plant/${assetId}`, payload, historical && { historical });
  if (next === 'go on') return;
  for (const one of nodes) one.flush();
  if (next === 'wait') await world.pass(700);
}

/** Somebody enters an event, looks whether it is there when the answer does not come, and enters it again if not. */
async function enter(world: World, { assetId, event, late }: Entered): Promise<void> {
  if (late === undefined) await world.quiet();
  const isThere = () =>
    [...world.tables.rows('events').values()].some((known) => known.assetId === assetId && known.at === event.at);
  while (!isThere()) {
    const node = world.nodes[0]!;
    if (!node.isUp) await node.start();
    const adding = node.pipeline.service.assets.addEvent(assetId, event, STAFF);
    await world.run('entering an event', node, adding).catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
    });
    await world.pass(500);
  }
}

/**
 * What all of it came to, line by line, without what tells how it came in. `tickets`: with what was done with tickets,
 * and what follows from that; a ticket that was closed while something was still to come stays closed.
 * Whether a finding that was there before the closing falls under it depends on how far back the refold went.
 */
export function outcomeOf({ tables, samples }: World, { tickets }: { readonly tickets: boolean }): string[] {
  const all = tables.all.bind(tables);
  const points = [...samples.points.values()].filter(({ historical }) => !historical);
  const heard = new Set(points.map(({ assetId }) => assetId));
  return [
    ...points.flatMap(({ assetId, metricId, time, value }) => lines(`stored ${assetId} ${metricId} ${time}`, value)),
    ...all('states')
      .filter(({ assetId }) => heard.has(assetId))
      .flatMap(({ assetId, state }) => lines(`state ${assetId}`, withoutWay(state, tickets))),
    ...all('findings')
      .filter(({ retractedAt }) => retractedAt === undefined)
      .flatMap(({ key, time, window, evidence, dormant }) =>
        lines(`finding ${key}`, { time, window, evidence, dormant: dormant === 'closed' ? undefined : dormant }),
      ),
    ...(tickets ? all('tickets') : []).flatMap(({ episodeKey, assetId, componentId, failureModeId, status, closing }) =>
      lines(`ticket ${episodeKey}`, { assetId, componentId, failureModeId, status, closing }),
    ),
    ...all('usage').flatMap((entry) => lines(`usage ${entry.assetId} ${entry.ruleId} ${entry.day}`, entry)),
  ].sort();
}

/** Without the time of receipt and the random id of the last event. */
function withoutWay(state: string, tickets: boolean): unknown {
  const { receivedAt: _, event: __, closed, time, ...rest } = JSON.parse(state);
  return { ...rest, ...(tickets && { closed, time }) };
}

/** What is wrong with tickets, whatever came in which order. */
export function ticketTroubles({ tables }: World): string[] {
  const findings = tables.all('findings').filter(({ retractedAt }) => retractedAt === undefined);
  const opening = findings.filter(
    ({ change, dormant }) => (change === 'raised' || change === 'escalated') && dormant === undefined,
  );
  const isActive = ({ assetId, ruleId, start, time }: (typeof findings)[number]) =>
    !findings.some(
      (end) =>
        (end.change === 'cleared' || end.change === 'reset') &&
        end.assetId === assetId &&
        end.ruleId === ruleId &&
        end.start === start &&
        end.time >= time,
    );
  const withoutTicket = opening
    .filter(({ change, ticketId }) => change === 'raised' && ticketId === undefined)
    .map(({ key }) => `no ticket: ${key}`);
  const badTickets = tables.all('tickets').flatMap((ticket) => {
    const { id, status, episodeKey, assetId, componentId, failureModeId, closing } = ticket;
    const active = opening.filter((finding) => finding.ticketId === id).filter(isActive);
    const renewedAt = closing?.replaced?.at ?? Number.POSITIVE_INFINITY;
    const wrong =
      (status === 'open' && active.length === 0) ||
      (status === 'resolved' && active.length > 0) ||
      (status === 'closed' && active.some(({ start }) => start > renewedAt));
    const about = `ticket ${episodeKey} of ${assetId} ${componentId} ${failureModeId}`;
    return wrong ? [`${about}: ${status}, active ${active.map(({ key }) => key).join()}`] : [];
  });
  return [...withoutTicket, ...badTickets];
}

/** What is found as time passes depends on when it does. */
function lines(at: string, value: unknown): string[] {
  if (typeof value === 'number' && value >= NOW && value < NOW + DAY) return [`${at}: now`];
  if (typeof value !== 'object' || value === null) return [`${at}: ${value}`];
  return Object.entries(value).flatMap(([name, part]) => lines(`${at} ${name}`, part));
}

/** What one has and the other has not, marked with - and +. */
export function differences(reference: readonly string[], actual: readonly string[]): string[] {
  const [there, here] = [new Set(reference), new Set(actual)];
  return [
    ...reference.filter((line) => !here.has(line)).map((line) => `- ${line}`),
    ...actual.filter((line) => !there.has(line)).map((line) => `+ ${line}`),
  ].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}
