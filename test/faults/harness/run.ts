import { join } from 'node:path';
import type { TicketDocument } from '../../support/apiClient.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
import { checkDeadLetters } from './check/deadLetters.ts';
import { checkDesk } from './check/desk.ts';
import { checkStored } from './check/stored.ts';
import { checkTickets } from './check/tickets.ts';
import { Desk } from './desk.ts';
import { Devices } from './devices.ts';
import { drained } from './drain.ts';
import { Draws } from './draws.ts';
import type { FaultKind } from './faults/fault.ts';
import { faultsOf } from './faults/index.ts';
import { assetsOf, type Plan } from './messages.ts';
import { referenceTickets } from './reference.ts';
import type { Report } from './report.ts';
import { type Course, type Episode, FaultDeck, newCourse, suffer } from './schedule.ts';
import { newSender, type Protocol } from './sender.ts';
import { startSet } from './sets/index.ts';
import { LedgerWatch, recovered } from './watch.ts';
import type { SetName, World } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** No progress for so long is a failure. */
const PATIENCE = 2 * MINUTE;
const GATEWAYS = 4;

export interface RunOptions {
  readonly parts: SetName;
  /** MQTT when absent; by HTTP each asset of a cohort has a gateway of its own. */
  readonly protocol?: Protocol;
  readonly seed: number;
  /** For all it writes; removed by the caller. */
  readonly folder: string;
  /** Messages a second. */
  readonly rate: number;
  /** Of each cohort. */
  readonly assets: number;
  /** Minutes of event time of each asset. */
  readonly steps: number;
  /** How long faults go on, in milliseconds. */
  readonly duration: number;
  /** Ends sooner, once each of these has been suffered; all kinds at random when absent. By name. */
  readonly faults?: readonly string[];
  /** Shortens how long faults last; 1 when absent. */
  readonly scale?: number;
  /** Pause between two faults, in seconds. */
  readonly pause: readonly [number, number];
  readonly say: (line: string) => void;
  /** Gives up, and ends all that was started. */
  readonly signal?: AbortSignal;
}

/** Runs Fettle through random faults under numbered messages, then compares what came of them with what was sent. */
export async function runFaults(options: RunOptions): Promise<Report> {
  const plan = planOf(options);
  const perCohort = plan.assets * plan.steps;
  const cohorts = Math.ceil((options.duration / SECOND) * (options.rate / perCohort)) + 2;
  const desk = await Desk.start();
  const assets = assetsOf(plan, cohorts);
  const webhook = { kind: 'webhook', url: desk.url, secret: 'shared with the desk', timeout: '3s' };
  const set = await startSet(options.parts, { folder: join(options.folder, 'set'), assets, config: { desk: webhook } });
  const { protocol = 'mqtt' } = options;
  const proxy = await TcpProxy.start(protocol === 'mqtt' ? set.mqttPort : Number(new URL(set.nodes[0]!.url).port));
  const devices = new Devices(
    plan,
    (at, ...rest) => newSender(protocol, proxy.port, at, ...rest),
    options.rate,
    cohorts,
  );
  const watch = new LedgerWatch(set.nodes);
  const world: World = { ...set, desk, devices: proxy };
  try {
    const course = await sufferAll(options, world, devices);
    const left = await finish(options, world, devices);
    const report = await compare(options, world, devices, plan, assets);
    return {
      ...report,
      course,
      problems: [...course.problems, ...left, ...watch.problems],
      peakMemory: Math.max(...set.nodes.map(({ process }) => process.peakMemory)),
      exits: set.nodes.flatMap(({ process }) => process.exits),
      ledgerLooks: watch.looks,
    };
  } finally {
    await watch.close();
    await devices.close();
    await proxy.close();
    await set.close();
    await desk.close();
  }
}

function planOf({ seed, assets, steps, protocol }: RunOptions): Plan {
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * HOUR;
  return { seed, start, assets, steps, gateways: protocol === 'http' ? assets : GATEWAYS };
}

async function sufferAll(options: RunOptions, world: World, devices: Devices): Promise<Course> {
  const draws = new Draws(options.seed);
  const all = faultsOf(world);
  const deck = new FaultDeck(all, draws);
  const course = newCourse();
  const listed = options.faults && draws.shuffled(options.faults.map((name) => named(all, name)));
  const since = Date.now();
  devices.begin();
  while (Date.now() - since < options.duration) {
    options.signal?.throwIfAborted();
    await pause(draws.between(...options.pause));
    const kinds = listed ? listed.splice(0, 1) : deck.next();
    if (kinds.length === 0) break;
    const episode = await suffer(world, kinds, course, draws, options.scale ?? 1);
    options.say(describe(episode, devices, world, Date.now() - since));
  }
  if (listed && listed.length > 0) course.problems.push(`no time for ${listed.map(({ name }) => name).join(', ')}`);
  return course;
}

function named(all: readonly FaultKind[], name: string): FaultKind {
  const kind = all.find((one) => one.name === name);
  if (!kind) throw new Error(`no fault ${name} here; there are ${all.map((one) => one.name).join(', ')}`);
  return kind;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * SECOND));
}

/** Everything is well: what is left must be sent, stored, assessed and delivered. What is not done then, in words. */
async function finish({ say, signal }: RunOptions, world: World, devices: Devices): Promise<string[]> {
  const problems: string[] = [];
  if ((await recovered(world.nodes, PATIENCE)) === undefined) problems.push('not ready after the last fault');
  if (!(await devices.finish(PATIENCE, signal))) problems.push(`${devices.waiting} messages were never acknowledged`);
  say(`${devices.acknowledgements} acknowledged; waiting until all is stored, assessed and delivered`);
  const left = await drained(world.nodes, PATIENCE, signal);
  if (left !== undefined) problems.push(`never done: ${left}`);
  return problems;
}

async function compare(
  options: RunOptions,
  world: World,
  devices: Devices,
  plan: Plan,
  assets: readonly object[],
): Promise<Pick<Report, 'messages' | 'stored' | 'deadLetters' | 'tickets' | 'desk'>> {
  const { api } = world.nodes[0]!;
  const { acknowledged, cohorts } = devices;
  const stored = await checkStored(api, plan, cohorts, acknowledged);
  const deadLetters = await checkDeadLetters(api, plan, cohorts, acknowledged);
  options.say(`${stored.lost.length} samples lost, ${stored.twice.length} stored twice; running the reference`);
  const folder = join(options.folder, 'reference');
  const reference = await referenceTickets({ folder, assets, config: {} }, plan, cohorts);
  const tickets = await checkTickets(api, reference, world.nodes.length > 1);
  const desk = checkDesk(world.desk, await api.all<TicketDocument>('/tickets?limit=500'));
  const { published, acknowledgements } = devices;
  const messages = { published, acknowledgements, distinct: acknowledged.size };
  return { messages, stored, deadLetters, tickets, desk };
}

function describe({ kinds, lasted, recovery }: Episode, devices: Devices, world: World, elapsed: number): string {
  const seconds = (ms: number) => `${(ms / SECOND).toFixed(1)} s`;
  const rate = Math.round(devices.acknowledgements / (elapsed / SECOND));
  const memory = Math.max(...world.nodes.map(({ process }) => process.peakMemory)) / 1024 ** 2;
  return [
    `${clock(elapsed)}  ${kinds.join(' + ')}, ${seconds(lasted)}`,
    recovery === undefined ? 'and on at once' : `ready after ${seconds(recovery)}`,
    `${devices.acknowledgements} acknowledged (${rate}/s)`,
    `peak memory ${Math.round(memory)} MB`,
  ].join('; ');
}

function clock(elapsed: number): string {
  const seconds = Math.floor(elapsed / SECOND);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
