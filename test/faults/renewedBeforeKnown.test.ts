import { expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { World } from '../support/simulation/world.ts';
import { configurationOf } from './anyOrder/configuration.ts';
import { NOW } from './anyOrder/history.ts';

const START = NOW - 5 * HOUR;

/** A cartridge used up, changed after an hour and used up again: what is left of it, in percent, by minute. */
function ink(minute: number): number {
  return minute < 60 ? 6 : Math.max(0, 100 - (minute - 60));
}

it.each([
  'inline',
  'sharded',
] as const)('tells of an episode that was over before it was known on the ticket of the next one: %s', async (mode) => {
  const world = new World({ configuration: configurationOf(mode), now: NOW, nodes: 1, faults: [], seed: 1 });
  const node = world.nodes[0]!;
  await node.start();
  const send = (from: number, to: number) => {
    for (let minute = from; minute < to; minute++) {
      node.send('rigs/plant/rig-a', JSON.stringify({ ts: START + minute * MINUTE, values: { ink: ink(minute) } }));
    }
  };
  send(90, 200);
  await world.quiet();
  send(0, 90);
  await world.settle();

  const tickets = world.tables.all('tickets').filter(({ failureModeId }) => failureModeId === 'empty');
  expect(tickets).toHaveLength(1);
  const [ticket] = tickets;
  expect(ticket).toMatchObject({ status: 'open', severity: 'critical' });
  const told = world.tables
    .all('findings')
    .filter(({ ticketId, retractedAt }) => ticketId === ticket!.id && retractedAt === undefined)
    .map(({ change, time }) => [change, Math.round((time - START) / MINUTE)]);
  expect(told).toContainEqual(['raised', expect.closeTo(0, -1)]);
  expect(told).toContainEqual(['reset', expect.closeTo(62, -1)]);
  await node.stop();
}, 30_000);
