import type { FaultFamily } from './fault.ts';

/** Stands still, longer than the keepalive of its connections and the claim of a delivery. */
export const fettleFrozen: FaultFamily = () => [
  {
    name: 'frozen (SIGSTOP)',
    breaks: 'fettle',
    lasts: [1, 17],
    async inject({ nodes }, draws) {
      const { process } = draws.pick(nodes);
      process.signal('SIGSTOP');
      return () => process.signal('SIGCONT');
    },
  },
];
