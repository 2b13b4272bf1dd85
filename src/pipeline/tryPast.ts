import type { Directory, DirectoryEntry } from '../domain/directory.ts';
import type { AssetModel } from '../domain/model.ts';
import type { PastBatch, PastTaken } from '../domain/past.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { createDecoder } from './decode.ts';
import { decodePast, lookedAt } from './past.ts';
import { pretended } from './trialDirectory.ts';

export interface TryPastParts {
  readonly sources: readonly SourceDefinition[];
  readonly directory: Pick<Directory, 'byAsset' | 'byDevice'>;
  readonly modelOf: (id: string) => AssetModel | undefined;
  readonly retention: Duration;
}

/** What would become of readings of the past, as far as their samples go: nothing is stored or registered. */
export function tryPast(batch: PastBatch, parts: TryPastParts, now: Timestamp): PastTaken {
  const { sources, directory, modelOf, retention } = parts;
  const own = sources.filter(({ id }) => id === batch.sourceId);
  const pretences = new Map<string, DirectoryEntry>();
  const decoder = createDecoder({
    sources: own,
    retention,
    directory: {
      byAsset: (id) => directory.byAsset(id) ?? pretences.get(id),
      byDevice: (id, at) => directory.byDevice(id, at),
      register: ({ autoRegister }, id, siteId) => {
        const model = autoRegister && modelOf(autoRegister.modelId);
        if (!model) return { refused: 'unknown-asset', detail: `no model for an asset '${id}' that registers itself` };
        const entry = pretended(id, siteId ?? autoRegister.siteId, model);
        pretences.set(id, entry);
        return entry;
      },
    },
  });
  return lookedAt(decodePast(decoder, batch, now));
}
