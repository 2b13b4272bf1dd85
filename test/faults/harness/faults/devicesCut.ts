import type { FaultFamily } from './fault.ts';

/** The devices lose their network: at once, or in silence. */
export const devicesCut: FaultFamily = () => [
  {
    name: 'devices cut off',
    breaks: 'devices',
    lasts: [0, 4],
    async inject({ devices }, draws) {
      if (draws.chance(0.5)) devices.stall();
      else devices.cut(true);
      return () => devices.mend();
    },
  },
];
