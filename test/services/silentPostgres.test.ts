import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase, serverConnection } from '../../src/adapters/database/postgres/index.ts';
import { UnavailableError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';

it('a PostgreSQL that takes connections and says nothing counts as away after the connect timeout', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const connection = serverConnection({
    url: `postgres://fettle@127.0.0.1:${(server.address() as AddressInfo).port}/fettle`,
    connectTimeout: 200,
    statementTimeout: 1000,
    applicationName: 'fettle test',
  });
  const opening = openDatabase({ connection, maxConnections: 2, log: createLog('silent') });
  await expect(opening).rejects.toThrow(UnavailableError);
  await expect(opening).rejects.toThrow('the database does not answer: ');
  expect(sockets).toHaveLength(1);
});
