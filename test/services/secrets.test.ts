import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { beforeAll, describe, expect, it } from 'vitest';
import { FettleProcess } from '../support/fettleProcess.ts';
import { freePort } from '../support/freePort.ts';
import { writeInstallation } from '../support/installation.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { postgresPrograms, runSql, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { RedisServer } from '../support/redis.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

/** With a character that addresses must write differently. */
const SECRETS = {
  database: 'hush/database',
  redis: 'hush/redis',
  mqtt: 'hush/mqtt',
  desk: 'hush/desk',
  token: 'hush-token',
  apiKey: 'hush/api-key',
};
const T0 = Date.now() - 3_600_000;

type Part = 'database' | 'redis' | 'mqtt';

const programs = postgresPrograms();
const servers = programs && requireProgram('redis-server') && requireProgram('mosquitto');

describe.skipIf(!servers)('a password, token or key', () => {
  let postgres: TestPostgres;
  let redis: RedisServer;
  let redisPort: number;
  let mosquitto: Mosquitto;
  let desk: WebhookReceiver;

  beforeAll(async () => {
    redisPort = await freePort();
    postgres = await startPostgres(programs!, { tcp: true });
    redis = await RedisServer.start('--port', `${redisPort}`, '--requirepass', SECRETS.redis);
    mosquitto = await Mosquitto.start({ users: { fettle: SECRETS.mqtt } });
    desk = await startWebhookReceiver({ secret: SECRETS.desk });
    desk.always({ status: 500 });
    await runSql(postgres.connection, `CREATE ROLE fettle LOGIN SUPERUSER PASSWORD '${SECRETS.database}'`);
    return async () => {
      await Promise.all([postgres.stop(), redis.remove(), mosquitto.remove(), desk.close()]);
    };
  });

  /** An installation whose addresses hold the passwords; that of `wrong` is another one. */
  function installation(wrong?: Part, deskKind: 'webhook' | 'none' = 'webhook'): string {
    const folder = tempFolder();
    const login = (part: Part) => `fettle:${encodeURIComponent(SECRETS[part] + (part === wrong ? 'x' : ''))}`;
    writeInstallation(folder, {
      assets: [rigAsset('rig', T0)],
      config: {
        apiKey: undefined,
        log: { level: 'trace' },
        database: { url: `postgres://${login('database')}@127.0.0.1:${postgres.connection.port}/postgres` },
        redis: { url: `redis://${login('redis').replace('fettle', 'default')}@127.0.0.1:${redisPort}` },
        mqtt: { url: `mqtt://${login('mqtt')}@127.0.0.1:${mosquitto.port}`, clientId: `fettle-${wrong ?? 'right'}` },
        desk:
          deskKind === 'none'
            ? { kind: 'none' }
            : { kind: 'webhook', url: `${desk.url}?token=${SECRETS.token}`, secret: SECRETS.desk },
      },
    });
    return folder;
  }

  const start = (args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}) =>
    FettleProcess.start(args, folder, { FETTLE_API_KEY: SECRETS.apiKey, ...env });

  it('is not in the log of a run with a delivery that fails, from addresses', async () => {
    const fettle = start(['serve'], installation());
    await fettle.said(/(Fettle is running)/);
    const device = await connectAsync(mosquitto.url, { username: 'fettle', password: SECRETS.mqtt });
    for (const minute of [0, 1, 2, 3]) {
      const payload = JSON.stringify({ ts: T0 + minute * 60_000, temperature: 90 });
      await device.publishAsync('rigs/plant/rig', payload, { qos: 1 });
    }
    await device.endAsync(true);
    await fettle.said(/(delivery failed)/);
    await fettle.end('SIGINT');
    expectQuiet(fettle.output);
  });

  it.each([
    ['database', 'password authentication failed'],
    ['redis', 'WRONGPASS'],
  ] as const)('is not in what a start says that fails for the %s', async (part, words) => {
    const fettle = start(['serve'], installation(part));
    expect(await fettle.exited()).toBe(1);
    expect(fettle.output).toContain(words);
    const last = JSON.parse(fettle.output.split('\n').at(-1)!) as { level: number; msg: string };
    expect(last.level).toBe(60);
    expect(last.msg).toMatch(/^Fettle could not start: the (?:database|job queue) does not answer: /);
    expectQuiet(fettle.output);
  });

  it('is not in the log while the broker refuses the login', async () => {
    const fettle = start(['serve'], installation('mqtt'));
    await fettle.said(/(Fettle is running)/);
    await until('the refusal', () => /not authori[sz]ed/i.test(fettle.output));
    await fettle.end('SIGINT');
    expectQuiet(fettle.output);
  });

  it.each([
    undefined,
    'database',
    'redis',
    'mqtt',
  ] as const)('is not in what check --connect says (wrong: %s)', async (wrong) => {
    const fettle = start(['check', '--connect'], installation(wrong, 'none'));
    expect(await fettle.exited()).toBe(wrong === undefined ? 0 : 1);
    expectQuiet(fettle.output);
  });

  it('comes from files as well, and is not said when one is wrong', async () => {
    const folder = installation(undefined, 'none');
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), `${content}\n`);
      return join(folder, name);
    };
    const env = {
      FETTLE_API_KEY: '',
      FETTLE_API_KEY_FILE: file('api-key', SECRETS.apiKey),
      FETTLE_DATABASE_PASSWORD_FILE: file('database', SECRETS.database),
      FETTLE_REDIS_PASSWORD_FILE: file('redis', SECRETS.redis),
    };
    const right = start(['check', '--connect'], folder, env);
    expect(await right.exited(), right.output).toBe(0);
    const wrong = start(['check', '--connect'], folder, {
      ...env,
      FETTLE_REDIS_PASSWORD_FILE: env.FETTLE_API_KEY_FILE,
    });
    expect(await wrong.exited(), wrong.output).toBe(1);
    expectQuiet(right.output + wrong.output);
  });
});

function expectQuiet(output: string): void {
  expect(output).not.toBe('');
  for (const secret of Object.values(SECRETS)) {
    for (const form of [secret, encodeURIComponent(secret), encodeURI(secret)]) {
      expect(output.split('\n').filter((line) => line.includes(form))).toEqual([]);
    }
  }
}
