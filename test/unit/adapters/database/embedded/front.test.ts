import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { frontAddress } from '../../../../../src/adapters/database/embedded/address.ts';
import { createFront } from '../../../../../src/adapters/database/embedded/front.ts';
import { Session } from '../../../../../src/adapters/database/embedded/session.ts';

/** CommandComplete and ReadyForQuery: what a server answers to a statement without rows. */
const DONE = Buffer.concat([Buffer.from('C\0\0\0\x09DONE\0', 'latin1'), Buffer.from('Z\0\0\0\x05I', 'latin1')]);

async function listenOnLoopback(password: string): Promise<pg.ClientConfig> {
  const session = new Session(
    async () => DONE,
    1000,
    (reason) => expect.unreachable(String(reason)),
  );
  const { server, disconnectAll } = createFront({ session, serverVersion: '18.0', password });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    disconnectAll();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
}

it('on Windows is a loopback port with a password that nobody can guess', () => {
  const [first, second] = [frontAddress('C:\\data', 'win32'), frontAddress('C:\\data', 'win32')];
  expect(first).toMatchObject({ host: '127.0.0.1', listen: { host: '127.0.0.1', port: 0 } });
  expect(first.password).toMatch(/^[\w-]{32}$/);
  expect(second.password).not.toBe(first.password);
});

it('lets in whoever knows the password', async () => {
  const config = await listenOnLoopback('right');
  const client = new pg.Client({ ...config, password: 'right' });
  await client.connect();
  expect(await client.query('anything')).toMatchObject({ command: 'DONE' });
  await client.end();
});

it.each(['wrong', 'righ', 'right ', ''])('refuses the password %j', async (password) => {
  const client = new pg.Client({ ...(await listenOnLoopback('right')), password: () => password });
  await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
});

it('refuses a client that speaks before it was let in', async () => {
  const { host, port } = await listenOnLoopback('right');
  const { connect } = await import('node:net');
  const socket = connect(port!, host!);
  socket.write(Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 0]));
  socket.write(Buffer.from('Q\0\0\0\x06x\0', 'latin1'));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  await once(socket, 'close');
  expect(answer).toContain('C28P01');
});
