import type { FaultFamily } from './fault.ts';

/** `kill -9`, at any point. The supervisor starts it again at once. */
export const fettleKilled: FaultFamily = () => [
  {
    name: 'kill -9',
    breaks: 'fettle',
    lasts: [0, 0],
    weight: 4,
    async inject({ nodes }, draws) {
      await draws.pick(nodes).process.kill();
      return () => undefined;
    },
  },
];
