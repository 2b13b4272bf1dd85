import { createEmbeddedBroker } from '../../../src/adapters/broker/embedded/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { recordLog } from '../../support/recordLog.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
import type { Bounds, Rig } from './harness.ts';
import { brokerConformance } from './suite.ts';

brokerConformance('embedded', async (bounds: Bounds): Promise<Rig> => {
  const broker = createEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    ...bounds,
    log: recordLog().log,
    clock: systemClock,
  });
  let proxy: TcpProxy | undefined;
  return {
    broker,
    get deviceUrl() {
      return proxy?.url ?? '';
    },
    cut: () => proxy?.cut(),
    async ready() {
      proxy = await TcpProxy.start(broker.address().port);
    },
    async remove() {
      await broker.close();
      await proxy?.close();
    },
  };
});
