import { rmSync } from 'node:fs';
import { describe } from 'vitest';
import { createMqttBroker, type MqttBrokerOptions } from '../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { Mosquitto, type MosquittoOptions } from '../../support/mosquitto.ts';
import { recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { until } from '../../support/until.ts';
import { WebSocketBridge } from '../../support/webSocketBridge.ts';
import type { Bounds, Rig } from './harness.ts';
import { brokerConformance } from './suite.ts';

interface Way {
  readonly server?: MosquittoOptions;
  /** The port that Fettle speaks to, through a line that can be cut. */
  readonly port?: (mosquitto: Mosquitto) => number;
  readonly url?: (port: number) => string;
  readonly options?: Partial<MqttBrokerOptions>;
  readonly deviceUrl?: (mosquitto: Mosquitto) => string;
}

const users = { users: { fettle: 'secret', device: 'word' }, acl: ['user fettle', 'topic read plant/#'] };
const device = ['user device', 'topic write plant/#'];

function makeRig(way: (folder: string) => Way) {
  return async (bounds: Bounds): Promise<Rig> => {
    const folder = makeTempFolder();
    const { server, port, url, options, deviceUrl } = way(folder);
    const mosquitto = await Mosquitto.start({ maxInflight: 0, ...server });
    const proxy = await TcpProxy.start(port?.(mosquitto) ?? mosquitto.port);
    const broker = createMqttBroker({
      url: url?.(proxy.port) ?? proxy.url,
      clientId: 'fettle',
      subscriptions: ['plant/#'],
      protocolVersion: 5,
      keepalive: 2,
      ...bounds,
      log: recordLog().log,
      clock: systemClock,
      ...options,
    });
    return {
      broker,
      deviceUrl: deviceUrl?.(mosquitto) ?? mosquitto.url,
      cut: () => proxy.cut(),
      async ready() {
        await until('the connection', () => broker.status().connected);
      },
      async remove() {
        await broker.close();
        await proxy.close();
        await mosquitto.remove();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
}

describe.skipIf(!requireProgram('mosquitto'))('Mosquitto', () => {
  brokerConformance(
    'with a share group',
    makeRig(() => ({ options: { shareGroup: 'fettle', watchDrops: true } })),
  );

  brokerConformance(
    'with a password file and access rules, MQTT 3.1.1',
    makeRig(() => ({
      server: { ...users, acl: [...users.acl, ...device] },
      options: { protocolVersion: 4, username: 'fettle', password: 'secret' },
      deviceUrl: ({ port }) => `mqtt://device:word@127.0.0.1:${port}`,
    })),
  );

  describe.skipIf(!requireProgram('openssl'))('with TLS', () => {
    brokerConformance(
      'and client certificates',
      makeRig((folder) => {
        const authority = new TestAuthority(folder);
        const { cert, key } = authority.issue('client');
        return {
          server: { tls: { ...authority.issue('server'), ca: authority.file } },
          port: ({ tlsPort }) => tlsPort,
          url: (port) => `mqtts://localhost:${port}`,
          options: { caFile: authority.file, certFile: cert, keyFile: key },
        };
      }),
    );
  });

  brokerConformance('over websocket', async (bounds) => {
    const mosquitto = await Mosquitto.start({ maxInflight: 0 });
    const bridge = await WebSocketBridge.start(mosquitto.port);
    const proxy = await TcpProxy.start(bridge.port);
    const broker = createMqttBroker({
      url: `ws://127.0.0.1:${proxy.port}/mqtt`,
      clientId: 'fettle',
      subscriptions: ['plant/#'],
      protocolVersion: 5,
      keepalive: 2,
      ...bounds,
      log: recordLog().log,
      clock: systemClock,
    });
    return {
      broker,
      deviceUrl: mosquitto.url,
      cut: () => proxy.cut(),
      async ready() {
        await until('the connection', () => broker.status().connected);
      },
      async remove() {
        await broker.close();
        await proxy.close();
        await bridge.close();
        await mosquitto.remove();
      },
    };
  });
});
