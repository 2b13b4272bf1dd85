import type { InfluxStoreOptions } from '../../src/adapters/timeseries/influxdb/index.ts';
import { DAY } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';

/** Options of a store on a server without login, silent and with room for any time. */
export function influxDbOptions(url: string, rest: Partial<InfluxStoreOptions> = {}): InfluxStoreOptions {
  return {
    url,
    version: 1,
    database: 'fettle',
    create: true,
    timeout: 20_000,
    retention: 36_500 * DAY,
    aggregateRetention: { 300000: 36_500 * DAY, 3600000: 36_500 * DAY },
    log: createLog('silent'),
    ...rest,
  };
}
