import type { PartStatus, Readiness } from './api/services.ts';
import { type Duration, SECOND } from './domain/time.ts';
import type { Pause } from './pipeline/deliver.ts';
import type { Pipeline, PipelineParts } from './pipeline/index.ts';

export type { PartStatus, Readiness } from './api/services.ts';

/** A part that has not answered by then does not work. */
const ANSWER_WITHIN: Duration = 5 * SECOND;

/** Asks every part: the one truth that /readyz, the metrics and the heartbeat tell. */
export async function readiness(parts: PipelineParts, pipeline: Pipeline): Promise<Readiness> {
  const { store, database, queue } = parts;
  const status = await Promise.all([
    recovery(pipeline),
    answers('store', store.ping()),
    answers('database', database.ping()),
    jobQueue(queue),
    spill(pipeline),
    ...(pipeline.started ? working(parts, pipeline) : []),
  ]);
  return { ready: status.every(({ ok, needed }) => ok || !needed), parts: status };
}

/** What there is to say once Fettle takes messages. */
function working(parts: PipelineParts, pipeline: Pipeline): (PartStatus | Promise<PartStatus>)[] {
  const imbalance = parts.ledger.imbalance();
  return [
    broker(parts),
    ingest(parts, pipeline),
    disk(parts),
    assessment(pipeline),
    rules(pipeline),
    trouble('tickets', pipeline.raiser.trouble, `${pipeline.raiser.waiting} findings waiting`),
    trouble('ledger', imbalance.join('; ') || undefined, 'all three ledgers add up'),
    node(pipeline),
    desk(parts, pipeline),
    deliveries(parts, pipeline),
  ];
}

/** While it goes on in the background messages are taken, but what is shown and raised is behind: not ready. */
function recovery({ recovery, started }: Pipeline): PartStatus {
  const { assets, samples, behind, waitsFor, duration, done } = recovery;
  const waiting = waitsFor === undefined ? '' : `; it waits: ${waitsFor}`;
  const problem = `under way: ${samples} samples of ${assets} assets read, ${behind} assets still behind${waiting}`;
  const result = `read ${samples} samples of ${assets} assets in ${Math.round(duration) / SECOND} s`;
  if (!done) return trouble('recovery', problem, result);
  return trouble('recovery', started ? undefined : `${result}; no messages are taken yet`, result);
}

/** What waits there is safe: another node could do no better. When it takes no more, `ingest` says so. */
function spill({ spill }: Pipeline): PartStatus {
  return { ...trouble('spill', spill.trouble, 'empty'), needed: false };
}

function broker({ broker }: PipelineParts): PartStatus {
  const { connected, detail } = broker.status();
  return { part: 'broker', ok: connected, needed: true, detail };
}

/** Concerns do not make it unready: the outbox makes good for jobs that are lost. */
function jobQueue(queue: PipelineParts['queue']): Promise<PartStatus> {
  const asked = async () => {
    await queue.ping();
    return ['answers', ...queue.concerns].join('; ');
  };
  return answers('queue', asked());
}

function ingest({ ledger }: PipelineParts, { ingest }: Pipeline): PartStatus {
  const problem = ingest.trouble ?? (ingest.isHeldUp ? 'a write takes long; devices have to wait' : undefined);
  return trouble('ingest', problem, `${ledger.messages.inFlight} messages in flight`);
}

async function disk({ room }: PipelineParts): Promise<PartStatus> {
  const { problem, detail } = await room.status();
  return trouble('disk', problem, detail);
}

function assessment({ assessment }: Pipeline): PartStatus {
  return trouble('assessment', assessment.trouble, assessment.detail);
}

/** A rule that fails wants a person: neither another node nor a restart mends it, and the others go on. */
function rules({ faults }: Pipeline): PartStatus {
  return { ...trouble('rules', faults.describe(), 'none has failed'), needed: false };
}

/** Another node takes over from one that is gone, so that this one is as ready as before. */
function node({ cluster: { membership } }: Pipeline): PartStatus {
  const { self, others, gone } = membership;
  const problem = gone.length === 0 ? undefined : `${self.id}; gone: ${gone.map(({ id }) => id).join(', ')}`;
  const company = others.length === 0 ? '' : ` with ${others.map(({ id }) => id).join(', ')}`;
  return { ...trouble('node', problem, `${self.id}${company}`), needed: false };
}

/** Known by its last delivery: asking a desk for anything else would be a ticket. Fettle works without it for days. */
function desk({ desk }: PipelineParts, { deliver }: Pipeline): PartStatus {
  return { ...trouble('desk', deliver.trouble, desk.name), needed: false };
}

const PAUSES: Readonly<Record<Pause, string>> = {
  'by-hand': ', paused',
  restored: ', paused: the database was restored',
};

/** Failed deliveries want a person, not another node: they do not make Fettle unready. */
async function deliveries({ database }: PipelineParts, { deliver }: Pipeline): Promise<PartStatus> {
  const counted = async () => {
    const { pending, failed } = await database.outbox.counts();
    const pause = await deliver.pausedBy();
    return `${pending} pending, ${failed} failed${pause === undefined ? '' : PAUSES[pause]}`;
  };
  return { ...(await answers('deliveries', counted())), needed: false };
}

async function answers(part: string, answer: Promise<unknown>): Promise<PartStatus> {
  try {
    const detail = await inTime(answer);
    return { part, ok: true, needed: true, detail: typeof detail === 'string' ? detail : 'answers' };
  } catch (error) {
    return { part, ok: false, needed: true, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN / SECOND} s`)), ANSWER_WITHIN);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function trouble(part: string, problem: string | undefined, otherwise: string): PartStatus {
  return { part, ok: problem === undefined, needed: true, detail: problem ?? otherwise };
}
