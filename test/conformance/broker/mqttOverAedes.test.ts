import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { createMqttBroker } from '../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { recordLog } from '../../support/recordLog.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
import { until } from '../../support/until.ts';
import type { Bounds, Rig } from './harness.ts';
import { brokerConformance } from './suite.ts';

// Needs no server on the machine, so that the adapter is held to its promise everywhere.
brokerConformance('mqtt over aedes', async (bounds: Bounds): Promise<Rig> => {
  const aedes = await Aedes.createBroker();
  const server = createServer((socket) => void aedes.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await TcpProxy.start(port);
  const broker = createMqttBroker({
    url: proxy.url,
    clientId: 'fettle',
    subscriptions: ['plant/#'],
    protocolVersion: 4,
    ...bounds,
    log: recordLog().log,
    clock: systemClock,
  });
  return {
    broker,
    deviceUrl: `mqtt://127.0.0.1:${port}`,
    cut: () => proxy.cut(),
    async ready() {
      await until('the connection', () => broker.status().connected);
    },
    async remove() {
      await broker.close();
      await proxy.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
});
