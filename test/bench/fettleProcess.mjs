// One Fettle as `fettle serve` runs it, with the embedded store and database: node fettleProcess.mjs <fettle.yaml>
import { dirname } from 'node:path';
import { startApp } from '../../dist/src/app.js';
import { loadConfiguration } from '../../dist/src/commands/load.js';
import { createLog } from '../../dist/src/log.js';
import { serveParent } from './counting.mjs';

const [file] = process.argv.slice(2);
const configuration = loadConfiguration({ file, env: {}, cwd: dirname(file) });
const app = await startApp(configuration, {
  log: createLog('warn'),
  onTicket: (ticket) => process.send({ kind: 'ticket', assetId: ticket.assetId }),
});

serveParent({
  ready: () => app.pipeline.parts.broker.status().connected,
  read() {
    const { messages } = app.ledger;
    return { received: messages.received, settled: messages.stored };
  },
  problems: () => app.ledger.imbalance(),
  stop: () => app.stop(),
});
