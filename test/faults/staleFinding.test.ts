import { expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { UnavailableError } from '../../src/errors.ts';
import { World } from '../support/simulation/world.ts';
import { configurationOf } from './anyOrder/configuration.ts';
import { NOW } from './anyOrder/history.ts';

const START = NOW - HOUR;

it('takes back what it found without a sample that came to a process which died before it could read', async () => {
  const world = new World({ configuration: configurationOf('inline'), now: NOW, nodes: 1, faults: [], seed: 1 });
  const node = world.nodes[0]!;
  const send = (minute: number, temperature: number) =>
    node.send('rigs/plant/rig-a', JSON.stringify({ ts: START + minute * MINUTE, temperature }));
  const standing = () => world.tables.all('findings').filter(({ retractedAt }) => retractedAt === undefined);
  const dies = async (call: string) => {
    world.calls.meet(call, 'crash-before');
    await world.until('dying', () => !node.isUp);
  };
  await node.start();
  for (const minute of [0, 4]) send(minute, 85);
  await world.quiet();
  expect(standing().map(({ change }) => change)).toEqual(['raised']);
  await dies('states.save');

  const { samples } = world;
  const after = samples.after.bind(samples);
  samples.after = () => {
    throw new UnavailableError('the store', new Error('it does not answer'));
  };
  await node.start();
  send(2, 60);
  await world.until('settling', () => {
    node.flush();
    return node.unsettled === 0;
  });
  await dies('readFrom');
  samples.after = after;
  await node.start();
  await world.settle();

  expect(samples.points.size).toBe(3);
  expect(standing()).toEqual([]);
  expect(world.tables.all('tickets').map(({ status }) => status)).toEqual(['resolved']);
});
