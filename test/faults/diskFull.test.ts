import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PartStatus, Readiness } from '../../src/api/services.ts';
import type { TicketDocument } from '../support/apiClient.ts';
import { canMountDisk } from '../support/ownDisk.ts';
import { makeTempFolder, tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { checkDeadLetters } from './harness/check/deadLetters.ts';
import { checkStored } from './harness/check/stored.ts';
import { checkTickets } from './harness/check/tickets.ts';
import { drained } from './harness/drain.ts';
import { assetsOf, cohortOf, type Plan } from './harness/messages.ts';
import { Pace } from './harness/pace.ts';
import { Gateway } from './harness/publisher.ts';
import { referenceTickets } from './harness/reference.ts';
import { startEmbedded } from './harness/sets/embedded.ts';
import { isReady } from './harness/sets/node.ts';

const MEBIBYTE = 1024 * 1024;
const HOUR = 3_600_000;
const plan: Plan = {
  seed: 15,
  start: Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR,
  assets: 4,
  steps: 180,
  gateways: 1,
};
const assets = assetsOf(plan, 1);

/** A whole Fettle on a disk of its own, and devices that send a history, slowly. */
async function setUp(minFreeMb: number, expected: readonly TicketDocument[]) {
  const set = await startEmbedded({ folder: tempFolder(), assets, config: { disk: { minFreeMb } } });
  onTestFinished(() => set.close());
  const node = set.nodes[0]!;
  const acknowledged = new Set<number>();
  const pace = new Pace(100);
  const gateway = new Gateway(`mqtt://127.0.0.1:${set.mqttPort}`, 'gateway', pace, ({ n }) => acknowledged.add(n));
  onTestFinished(() => gateway.close());
  const sent = cohortOf(plan, 0).asSent.flat();
  gateway.offer(sent);
  const more = (from = acknowledged.size) =>
    until('messages to be acknowledged', () => acknowledged.size > from + 20, 30_000);
  const part = async (name: string): Promise<PartStatus | undefined> => {
    const answer = await fetch(`${node.url}/readyz`).catch(() => undefined);
    const said = (await answer?.json()) as Readiness | undefined;
    return said?.parts.find((status) => status.part === name);
  };
  /** Resolves once nothing is acknowledged any more. */
  const held = async () => {
    let before = -1;
    await until(
      'nothing to be acknowledged for a second',
      async () => {
        const still = acknowledged.size === before;
        before = acknowledged.size;
        await delay(1000);
        return still && acknowledged.size === before;
      },
      60_000,
    );
  };
  /** Nothing lost, nothing twice, and the tickets of a run that nothing disturbed. */
  const check = async () => {
    pace.lift();
    await until('all messages to be acknowledged', () => gateway.waiting === 0, 60_000);
    expect(await drained(set.nodes, 60_000)).toBeUndefined();
    expect(await node.process.stop()).toBe(0);
    node.process.start();
    await until('it to be ready again', () => isReady(node.url), 60_000);
    const stored = await checkStored(node.api, plan, 1, acknowledged);
    expect(stored).toMatchObject({ lost: [], twice: [], unknown: [] });
    expect(stored.stored).toBeGreaterThan(sent.length);
    expect(await checkDeadLetters(node.api, plan, 1, acknowledged)).toMatchObject({ lost: [], unexpected: [] });
    const tickets = await checkTickets(node.api, expected, false);
    expect(tickets).toMatchObject({ missing: [], differing: [], unexpected: [], duplicated: [] });
  };
  return { set, node, disk: node.disk!, acknowledged, more, part, held, check };
}

describe.skipIf(!canMountDisk())('a Fettle whose disk fills up', () => {
  let expected: readonly TicketDocument[];
  beforeAll(async () => {
    const folder = makeTempFolder();
    expected = await referenceTickets({ folder, assets, config: {} }, plan, 1);
    rmSync(folder, { recursive: true, force: true });
    expect(expected.length).toBeGreaterThan(4);
  }, 120_000);

  it('stops intake before it is full, says so, works on otherwise, and resumes by itself', async () => {
    const { node, disk, more, part, held, check } = await setUp(200, expected);
    await more();
    disk.fill(150 * MEBIBYTE);
    await held();
    const ingest = await until('intake to say why', async () => {
      const status = await part('ingest');
      return status?.ok === false ? status : undefined;
    });
    expect(ingest.detail).toMatch(/the disk of \S+ has 1\d\d MB left, less than disk.minFreeMb \(200 MB\)/);
    expect(await part('disk')).toMatchObject({ ok: false });
    expect(await part('database')).toMatchObject({ ok: true });
    await node.api.post('/keys', { name: 'made-on-a-full-disk', role: 'viewer' });
    const starts = node.process.starts;
    disk.empty();
    await more();
    expect(node.process.starts).toBe(starts);
    await check();
  }, 300_000);

  it('keeps what it acknowledged when nothing fits any more, killed or not', async () => {
    const { node, disk, more, part, held, check } = await setUp(0, expected);
    await more();
    disk.fill();
    await held();
    expect(await part('disk')).toMatchObject({ detail: expect.stringMatching(/^0 MB of \d+ MB free|has 0 MB left/) });
    const starts = node.process.starts;
    disk.empty();
    await more();
    expect(node.process.starts).toBe(starts);

    disk.fill();
    await held();
    await node.process.kill();
    await until('a start on the full disk to fail or to hold', () => node.process.starts > starts);
    disk.empty();
    await more();
    await check();
  }, 300_000);
});
