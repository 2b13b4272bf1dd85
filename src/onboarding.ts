import type { Services } from './api/services.ts';
import { shownAddress } from './config/exposure.ts';
import { installedVersion } from './config/installation.ts';
import type { Config } from './config/schema.ts';
import type { AssetModel } from './domain/model.ts';
import { UnacceptableError } from './errors.ts';
import type { Pipeline, PipelineParts } from './pipeline/index.ts';
import { tryDecode } from './pipeline/tryDecode.ts';

/** Assets that are looked at for whether anything was heard. */
const LOOKED_AT = 100;

/** What connecting the first devices takes. `mqttUrl` is where they report; it may hold a login. */
export function createOnboarding(
  { sources, mqtt }: Pick<Config, 'sources' | 'mqtt'>,
  models: readonly AssetModel[],
  { store, clock, expressions }: Pick<PipelineParts, 'store' | 'clock' | 'expressions'>,
  { fleet, assessment, deviceClocks }: Pick<Pipeline, 'fleet' | 'assessment' | 'deviceClocks'>,
  mqttUrl: () => string,
): Pick<Services, 'installation' | 'hasSource' | 'tryDecode' | 'clocksOff'> {
  return {
    async installation() {
      const first = [...fleet.all()].slice(0, LOOKED_AT);
      const states = await assessment.statesOf(first);
      const last = Math.max(...states.map(({ receivedAt }) => receivedAt));
      return {
        version: installedVersion(),
        assets: fleet.size,
        heard: Number.isFinite(last),
        ...(Number.isFinite(last) && { lastReceivedAt: last }),
        mqtt: {
          url: shownAddress(mqttUrl()),
          embedded: mqtt.url === undefined,
          login: mqtt.username !== undefined || mqtt.certFile !== undefined,
        },
        sources: sources.map(({ id, topic, codec, autoRegister }) => ({
          id,
          topic,
          codec,
          ...(autoRegister && { autoRegister: autoRegister.modelId }),
        })),
      };
    },
    hasSource: (id) => sources.some((source) => source.id === id),
    clocksOff: () => deviceClocks.off(),
    async tryDecode(message) {
      const { sourceId, modelId } = message;
      check('/sourceId', 'source', sourceId, sources);
      check('/modelId', 'model', modelId, models);
      return tryDecode(
        message,
        { sources, models, directory: fleet, retention: store.retention, expressions },
        clock.now(),
      );
    },
  };
}

function check(path: string, what: string, id: string | undefined, known: readonly { readonly id: string }[]): void {
  if (id === undefined || known.some((one) => one.id === id)) return;
  const message = `no ${what} '${id}'; there are ${known.map((one) => one.id).join(', ')}`;
  throw new UnacceptableError(message, [{ path, message }]);
}
