import type { ServiceDesk } from '../../ports/serviceDesk.ts';

/** No service desk: tickets live in Fettle, so there is nobody to tell. */
export function createNoDesk(): ServiceDesk {
  return {
    name: 'none',
    deliver: async () => ({}),
    close: async () => undefined,
  };
}
