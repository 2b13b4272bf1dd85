import { NODE_STATES } from '../domain/node.ts';
import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** The nodes that share the work, as this one last saw them. */
export function addNodeMetrics(to: Instruments, { pipeline }: Pick<Watched, 'pipeline'>): void {
  to.gauges(
    'fettle_nodes',
    'Nodes that work on this database, by state: listening, deaf (does not hear its broker), retiring, gone.',
    ['state'],
    () => {
      const counts = pipeline.cluster.membership.countByState();
      return NODE_STATES.map((state) => [{ state }, counts[state]] as const);
    },
  );
}
