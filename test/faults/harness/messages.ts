import { uniform } from '../../../simulators/random.ts';
import { rigAsset } from '../../support/rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const METRICS = ['temperature', 'hours', 'ink', 'pressure', 'running'] as const;
export type Metric = (typeof METRICS)[number];

/** How the data of an asset come; by its place in the cohort. */
const WAYS = ['whole', 'split', 'held-back', 'rewriting'] as const;
export type Way = (typeof WAYS)[number];

export interface Message {
  /** Counts up in the order in which things happened. */
  readonly n: number;
  readonly kind: 'samples' | 'poison';
  readonly asset: string;
  readonly topic: string;
  readonly payload: string;
  /** Which connection sends it. */
  readonly gateway: number;
  /** What must be stored of it. */
  readonly samples: readonly SentSample[];
}

export interface SentSample {
  readonly metric: Metric;
  readonly time: number;
  readonly value: number;
}

export interface Plan {
  readonly seed: number;
  /** Event time of the first samples. */
  readonly start: number;
  readonly assets: number;
  /** Minutes of event time of each asset. */
  readonly steps: number;
  readonly gateways: number;
}

export interface Cohort {
  /** As things happened, without what is sent again. */
  readonly inOrder: readonly Message[];
  /** As devices send: late, twice, and poison in between. By gateway. */
  readonly asSent: readonly (readonly Message[])[];
}

/** Quiet at first: what is missing there and comes late changes no episode. */
const QUIET = 35;

export function assetId(cohort: number, at: number): string {
  return `rig-${cohort}-${at}`;
}

export function wayOf(id: string): Way {
  return WAYS[Number(id.slice(id.lastIndexOf('-') + 1)) % WAYS.length]!;
}

export function assetsOf(plan: Plan, cohorts: number): object[] {
  const ids = Array.from({ length: cohorts }, (_, cohort) =>
    Array.from({ length: plan.assets }, (__, at) => assetId(cohort, at)),
  );
  return ids.flat().map((id) => rigAsset(id, plan.start - DAY));
}

/** All messages of a group of assets whose histories run side by side; the same for the same plan. */
export function cohortOf(plan: Plan, cohort: number): Cohort {
  const seed = plan.seed + 7919 * cohort;
  const inOrder: Message[] = [];
  const released: Message[][] = Array.from({ length: plan.steps + 1 }, () => []);
  const size = 2 * plan.assets * plan.steps;
  let n = cohort * 2 * size;
  const later = (step: number, by: number, message: Message) =>
    released[Math.min(plan.steps, step + Math.ceil(by))]!.push(message);

  for (let step = 0; step < plan.steps; step++) {
    for (let at = 0; at < plan.assets; at++) {
      for (const message of said(plan, seed, cohort, at, step, () => n++)) {
        const { kind } = message;
        const draw = (salt: number) => uniform(seed ^ salt, message.n);
        if (kind === 'samples') inOrder.push(message);
        later(step, isHeldBack(message, step, draw(1)) ? 5 + 115 * draw(2) : 0, message);
        if (kind === 'samples' && draw(3) < 0.03) later(step, 30 * draw(4), message);
      }
    }
  }
  const sent = released.flat();
  const asSent = Array.from({ length: plan.gateways }, (_, gateway) =>
    sent.filter((message) => message.gateway === gateway),
  );
  return { inOrder, asSent };
}

function isHeldBack({ asset, kind, samples }: Message, step: number, draw: number): boolean {
  if (kind === 'poison') return false;
  const way = wayOf(asset);
  if (way === 'held-back') return step >= 2 && step < QUIET && draw < 0.1;
  // A cartridge's own counter that turns up late tells another story of when it was changed.
  return way === 'rewriting' && draw < 0.04 && !samples.some(({ metric }) => metric === 'ink');
}

function* said(plan: Plan, seed: number, cohort: number, at: number, step: number, number: () => number) {
  const id = assetId(cohort, at);
  const gateway = at % plan.gateways;
  const time = plan.start + step * MINUTE;
  const values = valuesAt(seed + 31 * at, step);
  const way = wayOf(id);
  const parts: readonly Metric[][] =
    way === 'whole' || way === 'held-back'
      ? [[...METRICS]]
      : [
          ['hours', 'ink'],
          ['temperature', 'pressure', 'running'],
        ];
  for (const metrics of parts) {
    const payload = {
      ts: time,
      ...Object.fromEntries(metrics.map((metric) => [metric, spoken(metric, values[metric])])),
    };
    const samples = metrics.map((metric) => ({ metric, time, value: values[metric] }));
    const message = { topic: `rigs/plant/${id}`, payload: JSON.stringify(payload), gateway, samples };
    yield { n: number(), kind: 'samples', asset: id, ...message } satisfies Message;
  }
  const n = number();
  const isBurst = at === 0 && step >= 100 && step < 130;
  if (isBurst || uniform(seed ^ 5, n) < 0.01) {
    yield { n, kind: 'poison', asset: id, gateway, samples: [], ...poison(id, n, time) } satisfies Message;
  }
}

/** Each becomes one dead letter, which tells its number. */
function poison(id: string, n: number, time: number): { topic: string; payload: string } {
  const topic = `rigs/plant/${id}`;
  const kinds = [
    { topic, payload: `{"poison": ${n}, ` },
    { topic, payload: JSON.stringify({ ts: time, poison: n }) },
    { topic: 'rigs/plant/nobody', payload: JSON.stringify({ ts: time, temperature: 20, poison: n }) },
    { topic, payload: JSON.stringify({ ts: 'soon', temperature: 20, poison: n }) },
  ];
  return kinds[n % kinds.length]!;
}

/** The number of a poisoned message, from its dead letter. */
export function poisonNumber(payload: string): number | undefined {
  const digits = /"poison": ?(\d+)/.exec(payload)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function spoken(metric: Metric, value: number): number | string {
  if (metric !== 'running') return value;
  return value === 1 ? 'running' : 'stopped';
}

/** Crossings that last and that do not, a filter used up, a cartridge used up, changed and used up again. */
function valuesAt(seed: number, step: number): Record<Metric, number> {
  const draw = (index: number) => uniform(seed, index);
  const hotFrom = QUIET + 5 + Math.floor(60 * draw(1));
  const hot = step >= hotFrom && step < hotFrom + 4 + 30 * draw(2);
  const again = draw(3) < 0.5 && step >= hotFrom + 70 && step < hotFrom + 90;
  const peak = hot && draw(4) < 0.3 && step >= hotFrom + 3;
  const changedAt = QUIET + 45 + Math.floor(60 * draw(5));
  const ink = step < changedAt ? 14 - (step / changedAt) * 9 : 100 - (step - changedAt) * (0.6 + draw(6));
  const beat = (step + Math.floor(20 * draw(7))) % 60;
  return {
    temperature: peak ? 97 : hot || again ? 84 + (step % 3) : 60 + (step % 7),
    hours: 898.6 + draw(8) + step / 60,
    ink: Math.max(0, Math.round(ink * 10) / 10),
    pressure: step >= QUIET && beat >= 45 && beat < 49 ? 11 : 8,
    running: step >= QUIET && beat === 46 ? 0 : 1,
  };
}
