import type { FaultFamily } from './fault.ts';

/** Nothing more fits on the disk of the data folder. */
export const diskFull: FaultFamily = ({ nodes }) => {
  const some = nodes.filter(({ disk }) => disk !== undefined);
  if (some.length === 0) return [];
  return [
    {
      name: 'disk full',
      breaks: 'disk',
      lasts: [2, 10],
      async inject(_world, draws) {
        const { disk } = draws.pick(some);
        disk!.fill();
        return () => disk!.empty();
      },
    },
  ];
};
