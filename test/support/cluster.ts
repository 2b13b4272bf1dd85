import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type IConnackPacket } from 'mqtt';
import { onTestFinished } from 'vitest';
import type { ApiClient } from './apiClient.ts';
import { FettleProcess } from './fettleProcess.ts';
import { InfluxDb } from './influxdb.ts';
import { type InstallationOptions, writeInstallation } from './installation.ts';
import { Mosquitto } from './mosquitto.ts';
import { postgresPrograms, startPostgres } from './postgres.ts';
import { requireProgram } from './services.ts';
import { tempFolder } from './temp.ts';

/** Whether everything that several nodes share is installed; said aloud when it is not. */
export function clusterServers(): boolean {
  const found = [requireProgram('mosquitto'), requireProgram('influxd'), postgresPrograms()];
  return found.every((program) => program !== undefined);
}

export interface NodeInState {
  readonly id: string;
  readonly clientId: string;
  readonly state: string;
}

/** The servers that several nodes share, each real and of its own; ended with the test. */
export class ClusterRig {
  readonly mosquitto: Mosquitto;
  readonly #servers: Readonly<Record<string, object>>;
  readonly #folder = tempFolder();
  readonly #options: InstallationOptions;

  private constructor(mosquitto: Mosquitto, servers: Readonly<Record<string, object>>, options: InstallationOptions) {
    this.mosquitto = mosquitto;
    this.#servers = servers;
    this.#options = options;
  }

  static async start(options: InstallationOptions): Promise<ClusterRig> {
    const mosquitto = await Mosquitto.start({ maxInflight: 0 });
    onTestFinished(() => mosquitto.remove());
    const influxDb = await InfluxDb.start();
    onTestFinished(() => influxDb.remove());
    const postgres = await startPostgres(postgresPrograms()!);
    onTestFinished(() => postgres.stop());
    const { host, user, database } = postgres.connection;
    const servers = {
      mqtt: { url: mosquitto.url },
      database: { url: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}` },
      store: { url: influxDb.url, version: 1 },
    };
    return new ClusterRig(mosquitto, servers, options);
  }

  /** A node on the one configuration, from which it differs by its name alone, and by its mode where a test is about that. */
  async node(
    name: string,
    folder = name,
    mode: 'inline' | 'sharded' = 'sharded',
  ): Promise<{ process: FettleProcess; api: ApiClient }> {
    const place = join(this.#folder, folder);
    mkdirSync(place, { recursive: true });
    writeInstallation(place, {
      ...this.#options,
      config: {
        ...this.#servers,
        assess: { mode, grace: '500ms', checkpointEvery: '200ms', tickEvery: '500ms' },
        cluster: { adoptAfter: '10s' },
        ...this.#options.config,
      },
    });
    const process = FettleProcess.start(['serve'], place, { FETTLE_CLUSTER_NODE: name });
    await process.said(/(Fettle is running)/);
    return { process, api: await process.api() };
  }

  /** Whether the broker has a session of this client; looking takes over one that is in use. */
  async hasSession(clientId: string): Promise<boolean> {
    const client = connect(this.mosquitto.url, { clientId, clean: false, reconnectPeriod: 0 });
    const { sessionPresent } = await new Promise<IConnackPacket>((resolve) => client.once('connect', resolve));
    await client.endAsync();
    return sessionPresent;
  }
}

/** The nodes that this one knows of, by id, with their state. */
export async function nodesSeenBy(api: ApiClient): Promise<Record<string, string>> {
  const nodes = await api.all<NodeInState>('/nodes');
  return Object.fromEntries(nodes.map(({ id, state }) => [id, state]));
}
