import { rmSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { createLog } from '../../../src/log.ts';
import { Harness } from '../../conformance/database/harness.ts';
import { describeStorms } from '../../support/stormSuite.ts';
import { makeTempFolder } from '../../support/temp.ts';

const folder = makeTempFolder();
let server: EmbeddedPostgres;
let harness: Harness;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: folder, log: createLog('silent') });
  harness = await Harness.start(server.connection);
});
afterAll(async () => {
  await harness?.stop();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

describeStorms(() => harness);
