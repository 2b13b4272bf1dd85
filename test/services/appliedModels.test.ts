import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import type { ApiClient, TicketDocument } from '../support/apiClient.ts';
import { ClusterRig, clusterServers, nodesSeenBy } from '../support/cluster.ts';
import { rigAsset, rigModel } from '../support/rig.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / HOUR) * HOUR - 20 * HOUR;
const RIGS = Array.from({ length: 6 }, (_, at) => `rig-${at}`);
/** Of a whole restart, on a machine with much else to do. */
const PATIENCE = 90 * SECOND;

const withLimit = (limit: number) => {
  const model = rigModel();
  Object.assign(model.components[0]!.rules[0]!, { levels: [{ limit, severity: 'warning' }] });
  return JSON.stringify(model);
};

/** It answers by this version; while it starts anew it does not answer. */
async function worksBy(api: ApiClient, version: number): Promise<void> {
  await until(
    `version ${version}`,
    async () => {
      const text = await api.get<{ version: number; inForce: boolean }>('/models/rig/yaml').catch(() => undefined);
      return text?.version === version && text.inForce;
    },
    PATIENCE,
  );
}

async function bothListen(api: ApiClient): Promise<void> {
  await until(
    'both to listen',
    async () => {
      const seen = await nodesSeenBy(api).catch((): Record<string, string> => ({}));
      return seen.a === 'listening' && seen.b === 'listening';
    },
    PATIENCE,
  );
}

const send = (device: MqttClient, assets: readonly string[], from: number, temperature: number) =>
  Promise.all(
    assets.flatMap((asset) =>
      [0, 1, 2, 3].map((minute) =>
        device.publishAsync(
          `rigs/plant/${asset}`,
          JSON.stringify({ ts: from + minute * MINUTE, temperature, running: 'running' }),
          { qos: 1 },
        ),
      ),
    ),
  );

describe.skipIf(!clusterServers())('a model that is applied at one of two nodes', () => {
  it(
    'is worked by on both, and so is going back to the file, asked of the other one',
    async () => {
      const rig = await ClusterRig.start({ assets: RIGS.map((id) => rigAsset(id, T0 - DAY)) });
      const [a, b] = [await rig.node('a'), await rig.node('b')];
      await bothListen(a.api);
      const device = await connectAsync(rig.mosquitto.url, { clientId: 'plant' });
      onTestFinished(() => device.endAsync(true));

      await a.api.put('/models/rig/yaml', { yaml: withLimit(75), note: 'stricter', basedOn: 0 });
      for (const { api } of [a, b]) await worksBy(api, 1);
      await bothListen(b.api);
      await send(device, RIGS.slice(0, 3), T0, 77);
      const strict = await until(
        'tickets of all that are above the new limit',
        async () => {
          const tickets = await b.api.all<TicketDocument>('/tickets');
          return tickets.length === 3 ? tickets : undefined;
        },
        PATIENCE,
      );
      expect(strict.map(({ assetId }) => assetId).toSorted()).toEqual(RIGS.slice(0, 3));
      for (const { evidence } of strict) expect(evidence).toMatchObject({ limit: 75 });

      await b.api.post('/models/rig/versions/0/revert', { basedOn: 1 });
      for (const { api } of [a, b]) await worksBy(api, 2);
      await bothListen(a.api);
      await send(device, RIGS.slice(3, 5), T0, 77);
      await send(device, RIGS.slice(5), T0, 85);
      const [last] = await until(
        'the ticket of what is above the limit of the file',
        async () => {
          const tickets = await a.api.all<TicketDocument>(`/tickets?assetId=${RIGS[5]}`);
          return tickets.length > 0 ? tickets : undefined;
        },
        PATIENCE,
      );
      expect(last!.evidence).toMatchObject({ limit: 80 });
      await until(
        'all to be assessed',
        async () => {
          const answers = await Promise.all(
            RIGS.map((id) => a.api.get<{ state: { stateTime?: string } }>(`/assets/${id}`)),
          );
          return answers.every(({ state }) => state.stateTime === new Date(T0 + 3 * MINUTE).toISOString());
        },
        PATIENCE,
      );
      for (const id of RIGS.slice(3, 5)) expect(await a.api.all(`/tickets?assetId=${id}`)).toEqual([]);
    },
    6 * MINUTE,
  );
});
