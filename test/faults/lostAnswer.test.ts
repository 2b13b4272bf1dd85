import { expect, it } from 'vitest';
import { MINUTE } from '../../src/domain/time.ts';
import { UnavailableError } from '../../src/errors.ts';
import { World } from '../support/simulation/world.ts';
import { configurationOf } from './anyOrder/configuration.ts';
import { NOW } from './anyOrder/history.ts';

const STAFF = { name: 'staff', role: 'engineer' } as const;

it('takes in an event whose recording was committed without an answer', async () => {
  const world = new World({ configuration: configurationOf('inline'), now: NOW, nodes: 1, faults: [], seed: 1 });
  const node = world.nodes[0]!;
  await node.start();
  node.send('rigs/plant/rig-a', JSON.stringify({ ts: NOW - 5 * MINUTE, temperature: 60 }));
  await world.quiet();
  const event = { type: 'maintenance', at: NOW - 2 * MINUTE, until: NOW + 5 * MINUTE } as const;
  world.calls.meet('commit', 'fail-after');
  const entering = world.run('entering', node, node.pipeline.service.assets.addEvent('rig-a', event, STAFF));
  await expect(entering).rejects.toThrow(UnavailableError);
  await world.settle();
  expect(node.pipeline.fleet.get('rig-a')?.state.maintenance).toEqual({ from: event.at, until: event.until });
  expect(world.tables.all('notes')).toEqual([]);
});
