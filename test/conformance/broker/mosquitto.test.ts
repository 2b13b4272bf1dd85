import { describe } from 'vitest';
import { createMqttBroker } from '../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { Mosquitto } from '../../support/mosquitto.ts';
import { recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
import { until } from '../../support/until.ts';
import type { Bounds, Rig } from './harness.ts';
import { brokerConformance } from './suite.ts';

describe.skipIf(!requireProgram('mosquitto'))('Mosquitto', () => {
  for (const protocolVersion of [4, 5] as const) {
    brokerConformance(`mqtt, protocol ${protocolVersion}`, async (bounds: Bounds): Promise<Rig> => {
      const mosquitto = await Mosquitto.start({ maxInflight: 0 });
      const proxy = await TcpProxy.start(mosquitto.port);
      const broker = createMqttBroker({
        url: proxy.url,
        clientId: 'fettle',
        subscriptions: ['plant/#'],
        protocolVersion,
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
          await mosquitto.remove();
        },
      };
    });
  }
});
