import { freePort } from '../../../support/freePort.ts';
import { InfluxDb } from '../../../support/influxdb.ts';
import { Mosquitto } from '../../../support/mosquitto.ts';
import { postgresPrograms, runSql, startPostgres, type TestPostgres } from '../../../support/postgres.ts';
import { RedisServer } from '../../../support/redis.ts';
import { requireProgram } from '../../../support/services.ts';
import { TcpProxy } from '../../../support/tcpProxy.ts';
import type { FettleNode, PartSet, Server, ServerName, SetOptions } from '../world.ts';
import { endNode, startNode } from './node.ts';

const PASSWORD = 'fettle';
const CLIENT_ID = 'fettle';

/** Real servers on loopback, and where each listens. */
export interface RealServers {
  readonly servers: Readonly<Record<ServerName, Server>>;
  readonly ports: Readonly<Record<ServerName, number>>;
  readonly brokerUrl: string;
  flushQueue(): Promise<void>;
  close(): Promise<void>;
}

/** Whether everything that a production set takes is installed; said aloud when it is not. */
export function hasServers(): boolean {
  const found = [requireProgram('mosquitto'), requireProgram('influxd'), requireProgram('redis-server')];
  return postgresPrograms() !== undefined && found.every((program) => program !== undefined);
}

export async function startServers(): Promise<RealServers> {
  const mosquitto = await Mosquitto.start({ maxInflight: 1000 });
  const influxDb = await InfluxDb.start();
  const redisPort = await freePort();
  const redis = await RedisServer.start('--port', String(redisPort), '--bind', '127.0.0.1');
  const postgres = await startPostgres(postgresPrograms()!, { tcp: true });
  await runSql(postgres.connection, `ALTER ROLE postgres PASSWORD '${PASSWORD}'`);
  return {
    servers: {
      broker: {
        // Mosquitto promises nothing of what came since its last save when it is killed.
        end: () => mosquitto.stop(),
        resume: () => mosquitto.resume(),
        freeze: () => mosquitto.freeze(),
        thaw: () => mosquitto.thaw(),
      },
      store: {
        end: () => influxDb.kill(),
        resume: () => influxDb.resume(),
        freeze: () => influxDb.freeze(),
        thaw: () => influxDb.thaw(),
      },
      database: serverOf(postgres),
      queue: {
        end: () => redis.kill(),
        resume: () => redis.resume(),
        freeze: () => redis.freeze(),
        thaw: () => redis.thaw(),
      },
    },
    ports: {
      broker: mosquitto.port,
      store: Number(new URL(influxDb.url).port),
      database: postgres.connection.port,
      queue: redisPort,
    },
    brokerUrl: mosquitto.url,
    flushQueue: () => redis.flush(),
    close: async () => {
      await mosquitto.remove();
      await influxDb.remove();
      await redis.remove();
      await postgres.stop();
    },
  };
}

function serverOf({ kill, resume, freeze, thaw }: TestPostgres): Server {
  return { end: kill, resume, freeze, thaw };
}

/** A network of its own from one node to each server. */
export async function linksTo(ports: RealServers['ports']): Promise<Record<ServerName, TcpProxy>> {
  return {
    broker: await TcpProxy.start(ports.broker),
    store: await TcpProxy.start(ports.store),
    database: await TcpProxy.start(ports.database),
    queue: await TcpProxy.start(ports.queue),
  };
}

/** Options of fettle.yaml of a node that reaches the servers through these links. Trouble is noticed within seconds. */
export function configOf(links: Readonly<Record<ServerName, TcpProxy>>): Record<string, unknown> {
  const at = (name: ServerName) => `127.0.0.1:${links[name].port}`;
  return {
    mqtt: { url: `mqtt://${at('broker')}`, clientId: CLIENT_ID, keepalive: '10s' },
    store: { url: `http://${at('store')}`, version: 1, timeout: '5s' },
    database: {
      url: `postgres://postgres:${PASSWORD}@${at('database')}/postgres`,
      connectTimeout: '5s',
      statementTimeout: '10s',
    },
    redis: { url: `redis://${at('queue')}` },
  };
}

/** One Fettle on Mosquitto, InfluxDB, PostgreSQL and Redis. */
export async function startOnServers(options: SetOptions): Promise<PartSet> {
  const real = await startServers();
  const links = await linksTo(real.ports);
  const closeAll = async (node?: FettleNode) => {
    if (node) await endNode(node);
    for (const link of Object.values(links)) await link.close();
    await real.close();
  };
  try {
    const config = { ...options.config, ...configOf(links) };
    const node = await startNode({ ...options, config, name: 'fettle', links, ownDisk: true });
    return {
      nodes: [node],
      servers: real.servers,
      mqttPort: real.ports.broker,
      sessions: { url: real.brokerUrl, clientIds: [CLIENT_ID] },
      flushQueue: real.flushQueue,
      close: () => closeAll(node),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
