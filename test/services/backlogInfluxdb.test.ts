import { afterAll, beforeAll, describe } from 'vitest';
import { describeBacklog } from '../flow/backlogSuite.ts';
import { InfluxDb } from '../support/influxdb.ts';
import { requireProgram } from '../support/services.ts';

describe.skipIf(!requireProgram('influxd'))('a backlog on a real InfluxDB', () => {
  let server: InfluxDb;
  beforeAll(async () => {
    server = await InfluxDb.start();
  });
  afterAll(() => server?.remove());

  describeBacklog(2, () => ({
    config: { store: { url: server.url, version: 1, database: 'backlog', retention: '90d' } },
  }));
});
