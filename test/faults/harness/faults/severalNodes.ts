import { setTimeout as delay } from 'node:timers/promises';
import { recovered } from '../watch.ts';
import type { World } from '../world.ts';
import type { FaultFamily, FaultKind } from './fault.ts';

const SECOND = 1000;
const PATIENCE = 90 * SECOND;
const LEAVING = 10 * SECOND;

/** All processes end at the same moment. */
export const allKilled: FaultFamily = (world) =>
  amongSeveral(world, {
    name: 'all nodes killed',
    lasts: [0, 0],
    async inject({ nodes }) {
      await Promise.all(nodes.map(({ process }) => process.kill()));
      return () => undefined;
    },
  });

/** Stands still for longer than any claim holds; meanwhile its share of the work is taken over. */
export const frozenForLong: FaultFamily = (world) =>
  amongSeveral(world, {
    name: 'frozen for longer than its claims',
    lasts: [32, 45],
    async inject({ nodes }, draws) {
      const { process } = draws.pick(nodes);
      process.signal('SIGSTOP');
      return () => process.signal('SIGCONT');
    },
  });

/** One after the other is stopped and started, as an upgrade does it. */
export const rolledOver: FaultFamily = (world) =>
  amongSeveral(world, {
    name: 'rolling restart',
    lasts: [0, 0],
    async inject({ nodes }) {
      for (const node of nodes) {
        await node.process.stop();
        node.process.start();
        await recovered([node], PATIENCE);
      }
      return () => undefined;
    },
  });

/** One is retired, empties its session and leaves; its supervisor starts it again, as a new node. */
export const retired: FaultFamily = (world) =>
  amongSeveral(world, {
    name: 'retired, and added again',
    lasts: [0, 2],
    async inject({ nodes }, draws) {
      const [leaving, other] = draws.shuffled(nodes);
      const { process } = leaving!;
      const exits = process.exits.length;
      process.mayEnd(true);
      // Refused where the other one is not known to stay.
      const isTold = await other!.api.post(`/nodes/${process.name}/retire`).then(
        () => true,
        () => false,
      );
      if (!isTold) process.mayEnd(false);
      return async () => {
        // It leaves later where something else is still broken that it needs for it.
        const deadline = Date.now() + LEAVING;
        while (isTold && process.exits.length === exits && Date.now() < deadline) await delay(100);
      };
    },
  });

function amongSeveral({ nodes }: World, kind: Omit<FaultKind, 'breaks'>): FaultKind[] {
  return nodes.length > 1 ? [{ ...kind, breaks: 'fettle' }] : [];
}
