import { expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { World } from '../support/simulation/world.ts';
import { configurationOf } from './anyOrder/configuration.ts';
import { NOW } from './anyOrder/history.ts';

it('leaves a ticket open that began after a renewal which late data bring to light', async () => {
  const world = new World({ configuration: configurationOf('inline'), now: NOW, nodes: 1, faults: [], seed: 1 });
  const node = world.nodes[0]!;
  await node.start();
  const report = async (minute: number, ink: number) => {
    node.send('rigs/plant/rig-a', JSON.stringify({ ts: NOW - HOUR + minute * MINUTE, ink }));
    await world.quiet();
  };
  for (const [minute, ink] of [90, 50, 50].entries()) await report(minute, ink);
  for (const [minute, ink] of [100, 60, 50, 10, 10, 10].entries()) await report(4 + minute, ink);
  expect(world.tables.all('tickets').map(({ status }) => status)).toEqual(['open']);
  // The cartridge before was used up as well.
  await report(3, 10);
  await world.settle();
  expect(world.tables.all('findings').map(({ change }) => change)).toContain('reset');
  expect(world.tables.all('tickets').map(({ status }) => status)).toEqual(['open']);
});
