import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Above what Fettle takes unsettled by default: the broker's window is not what is measured. */
const WINDOW = 30_000;
const START_LIMIT_MS = 10_000;

/** Mosquitto where it is installed, else aedes in a process of its own. */
export async function startBroker() {
  const program = findMosquitto();
  return program ? startMosquitto(program) : startAedes();
}

async function startMosquitto(program) {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-mosquitto-'));
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    `user ${userInfo().username}`,
    'max_queued_messages 0',
    'set_tcp_nodelay true',
    `max_inflight_messages ${WINDOW}`,
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), lines.map((line) => `${line}\n`).join(''));
  const child = spawn(program, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  await untilAccepting(child, port);
  return {
    name: 'Mosquitto',
    protocolVersion: 5,
    url: `mqtt://127.0.0.1:${port}`,
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startAedes() {
  const child = fork(new URL('./aedesProcess.mjs', import.meta.url));
  const [{ port }] = await once(child, 'message');
  return { name: 'aedes', protocolVersion: 4, url: `mqtt://127.0.0.1:${port}`, stop: () => end(child) };
}

function findMosquitto() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'mosquitto')).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function end(child) {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function untilAccepting(child, port) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with code ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`mosquitto does not accept connections on port ${port}`);
    await sleep(20);
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
