import { createServer } from 'node:net';
import { Aedes } from 'aedes';

process.once('disconnect', () => process.exit());
const broker = await Aedes.createBroker();
const server = createServer(broker.handle).listen(0, '127.0.0.1', () => {
  process.send({ port: server.address().port });
});
