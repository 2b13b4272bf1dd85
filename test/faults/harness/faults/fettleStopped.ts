import type { FaultFamily } from './fault.ts';

/** 0, or 1 and none where it had not started yet. */
const CLEAN: readonly (number | null)[] = [0, 1, null];
/** Ten seconds are promised; the machine may be busy. */
const STOP_LIMIT = 15_000;

/** SIGTERM, and a start later. */
export const fettleStopped: FaultFamily = () => [
  {
    name: 'stopped (SIGTERM)',
    breaks: 'fettle',
    lasts: [0, 3],
    async inject({ nodes }, draws) {
      const { process } = draws.pick(nodes);
      const since = Date.now();
      const code = await process.stop();
      const took = Date.now() - since;
      if (!CLEAN.includes(code)) throw new Error(`a stop of ${process.name} ended with ${code}`);
      if (took > STOP_LIMIT) throw new Error(`a stop of ${process.name} took ${took} ms`);
      return () => process.start();
    },
  },
];
