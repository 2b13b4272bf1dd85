import type { FaultFamily } from './fault.ts';

/** Redis forgets all jobs; the outbox makes good for them. */
export const redisFlushed: FaultFamily = ({ flushQueue }) => {
  if (!flushQueue) return [];
  return [
    {
      name: 'Redis flushed',
      breaks: 'queue',
      lasts: [0, 0],
      async inject() {
        await flushQueue();
        return () => undefined;
      },
    },
  ];
};
