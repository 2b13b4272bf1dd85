import type { IngestParts } from '../../src/pipeline/ingest.ts';

/** For an ingest of messages that say nothing of connections. */
export const NO_CONNECTIONS: IngestParts['connections'] = {
  take: () => undefined,
  heard: () => undefined,
  hasUnsaved: false,
  persist: async () => undefined,
};
