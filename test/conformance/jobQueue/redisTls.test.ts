import { readFileSync, rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TestAuthority } from '../../support/certificates.ts';
import { freePort } from '../../support/freePort.ts';
import { recordLog } from '../../support/recordLog.ts';
import { RedisServer } from '../../support/redis.ts';
import { requireProgram } from '../../support/services.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { jobQueueSuite, queueOn } from './suite.ts';

const PASSWORD = 'of-the-queue-9c1d';

describe.skipIf(!requireProgram('redis-server') || !requireProgram('openssl'))(
  'with a real Redis that wants TLS, a client certificate and a login',
  () => {
    jobQueueSuite('Redis with TLS', async () => {
      const { server, backend, remove } = await startProtected();
      const clear = async () => {
        const admin = new Redis(server.url);
        await admin.flushall();
        await admin.quit();
      };
      return { backend, clear, close: remove };
    });

    it('a wrong password, an unknown authority or no certificate make opening fail, and no message repeats the password', async () => {
      const { backend, remove } = await startProtected();
      onTestFinished(remove);
      const { ca, ...own } = backend.options.tls;
      const tries = [
        { ...backend, password: `${PASSWORD}x` },
        { ...backend, options: { tls: own } },
        { ...backend, options: { tls: { ca } } },
      ];
      for (const wrong of tries) {
        const { log, lines } = recordLog();
        const opening = queueOn(wrong, { log });
        await expect(opening).rejects.toThrow(/^the job queue does not answer: Redis at rediss:\/\/localhost:\d+: /);
        await opening.catch((error: unknown) => log.error({ err: error }, 'as it would be logged'));
        expect(JSON.stringify(lines)).not.toContain(PASSWORD);
      }
    });
  },
);

/** It lets in nobody but the user fettle, and through the Unix socket whoever may open it. */
async function startProtected() {
  const folder = makeTempFolder();
  const authority = new TestAuthority(folder);
  const [own, client] = [authority.issue('redis'), authority.issue('fettle')];
  const port = await freePort();
  const server = await RedisServer.start(
    ...['--tls-port', `${port}`, '--tls-auth-clients', 'yes', '--tls-ca-cert-file', authority.file],
    ...['--tls-cert-file', own.cert, '--tls-key-file', own.key],
    ...['--user', 'fettle', 'on', `>${PASSWORD}`, '~plant:*', '&*', '+@all', '-config', '-flushall'],
  );
  const pem = (file: string) => readFileSync(file, 'utf8');
  const backend = {
    kind: 'redis',
    url: `rediss://somebody:else@localhost:${port}`,
    username: 'fettle',
    password: PASSWORD,
    prefix: 'plant',
    options: { tls: { ca: pem(authority.file), cert: pem(client.cert), key: pem(client.key) } },
  } as const;
  const remove = async () => {
    await server.remove();
    rmSync(folder, { recursive: true });
  };
  return { server, backend, remove };
}
