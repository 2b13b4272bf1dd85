import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { shippedModels } from '../../../src/config/installation.ts';
import { formatProblems } from '../../../src/config/problem.ts';
import { tempFolder } from '../../support/temp.ts';

/** Loads `yaml` as fettle.yaml of a new folder. */
function load(yaml: string, env: NodeJS.ProcessEnv = {}, cwd = tempFolder()) {
  writeFileSync(join(cwd, 'fettle.yaml'), yaml);
  return loadConfig({ env, cwd });
}

function configOf(result: ReturnType<typeof loadConfig>) {
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  return result.config;
}

function problemsOf(result: ReturnType<typeof loadConfig>): string[] {
  return 'problems' in result ? formatProblems(result.problems).split('\n') : [];
}

const DURATION = 'a number with one of ms, s, m, h, d, w, like 90s, 15m or 30d';

const USUAL_TARGET = { response: 86_400_000, solution: 172_800_000 };

describe('loadConfig', () => {
  it('gives all defaults, parsed, when there is no file', () => {
    const cwd = tempFolder();
    expect(configOf(loadConfig({ env: {}, cwd }))).toEqual({
      signIn: {},
      tickets: { texts: [] },
      storms: { window: 120_000, assets: 5, share: 0.5 },
      campaigns: { window: 90 * 86_400_000, assets: 3, p: 0.001 },
      dataDir: join(cwd, 'data'),
      models: shippedModels(),
      log: { level: 'info' },
      http: { host: '127.0.0.1', port: 8080 },
      mqtt: {
        port: 1883,
        clientId: 'fettle',
        protocolVersion: 5,
        keepalive: 30_000,
        sessionExpiry: 604_800_000,
        watchDrops: true,
        maxUnsettledMessages: 20_000,
        maxUnsettledBytes: 64_000_000,
        brokers: [],
      },
      store: {
        version: 2,
        database: 'fettle',
        create: true,
        timeout: 30_000,
        retention: 34_560_000_000,
        retention5m: 95_040_000_000,
        retention1h: 316_224_000_000,
        memoryLimitMb: 512,
      },
      database: { maxConnections: 10, connectTimeout: 5000, statementTimeout: 30_000, migrate: true },
      redis: { prefix: 'fettle', options: {} },
      ingest: { batchSize: 2000, batchAge: 20 },
      spill: { maxMb: 2048, after: 5000 },
      disk: { minFreeMb: 256 },
      assess: { mode: 'inline', grace: 2000, horizon: 604_800_000, checkpointEvery: 5000, tickEvery: 5000 },
      cluster: { node: expect.any(String), group: 'fettle', adoptAfter: 600_000 },
      deadLetters: { maxKept: 100_000, journalMb: 64, payloadBytes: 4096 },
      followUps: { enabled: true, after: 86_400_000, linkValid: 2_592_000_000, lowRating: 2 },
      reminders: { enabled: true, contractBefore: 5_184_000_000, warrantyBefore: 2_592_000_000 },
      grafana: {},
      heartbeat: { every: 60_000, method: 'GET', timeout: 10_000, allowPrivateAddresses: true },
      calendars: [],
      notifications: { channels: [], routes: [] },
      sla: {
        targets: { P1: USUAL_TARGET, P2: USUAL_TARGET, P3: USUAL_TARGET, P4: USUAL_TARGET },
        planned: { response: 86_400_000, margin: 0 },
        warnAt: 0.75,
        escalation: { raisePriority: false },
        policies: [],
      },
      desk: { kind: 'none' },
      presence: [],
      sources: [
        {
          id: 'default',
          topic: 'fettle/{site}/{asset}/telemetry',
          codec: 'json',
          compression: 'none',
          subject: 'device',
          clock: 'device',
          time: { unit: 'auto' },
          metrics: {},
          flatten: false,
          ignore: [],
          ignoreEvents: ['join', 'ack', 'txack', 'log', 'status', 'location', 'integration'],
          maxFuture: 300_000,
          maxPayloadBytes: 1_048_576,
        },
      ],
    });
  });

  it('reads the file, fills in the defaults of what it leaves out, and resolves paths from its folder', () => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, 'my-models'));
    const yaml = `
      dataDir: store
      models: my-models
      http: { port: 9000 }
      log:
      mqtt: { url: 'mqtts://b:8883', maxUnsettledBytes: 2MiB, keepalive: 1.5m, username: }
      desk: { kind: webhook, url: 'https://d/x', secret: s }
      sources:
        - id: acme
          topic: acme/{asset}
          metrics: { T1: { metric: oil-temperature, unit: °F } }
          autoRegister: { model: screw-compressor, site: s1 }
    `;
    const config = configOf(load(yaml, {}, cwd));
    expect(config.dataDir).toBe(join(cwd, 'store'));
    expect(config.models).toBe(join(cwd, 'my-models'));
    expect(config.http).toEqual({ host: '127.0.0.1', port: 9000 });
    expect(config.log).toEqual({ level: 'info' });
    expect(config.mqtt).toMatchObject({ url: 'mqtts://b:8883', maxUnsettledBytes: 2_097_152, keepalive: 90_000 });
    expect(config.mqtt).not.toHaveProperty('username');
    expect(config.desk).toEqual({
      kind: 'webhook',
      url: 'https://d/x',
      secret: 's',
      timeout: 10_000,
      allowPrivateAddresses: true,
    });
    expect(config.sources[0]).toMatchObject({
      metrics: { T1: { metric: 'oil-temperature', unit: '°F' } },
      autoRegister: { modelId: 'screw-compressor', siteId: 's1', max: 1000 },
    });
  });

  it('takes assets.yaml beside the file when it is there', () => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'assets.yaml'), 'assets: []');
    expect(configOf(load('', {}, cwd)).assets).toBe(join(cwd, 'assets.yaml'));
  });

  it('lets the environment win over the file, with texts, numbers, switches and options of the desk', () => {
    const env = {
      FETTLE_HTTP_PORT: '0',
      FETTLE_API_KEY: '12345',
      FETTLE_LOG_LEVEL: 'warn',
      FETTLE_MQTT_PROTOCOL_VERSION: '4',
      FETTLE_MQTT_MAX_UNSETTLED_BYTES: '1000',
      FETTLE_STORE_RETENTION: '30d',
      FETTLE_DESK_KIND: 'webhook',
      FETTLE_DESK_URL: 'http://desk/x',
      FETTLE_DESK_SECRET: 'true',
      FETTLE_DESK_ALLOW_PRIVATE_ADDRESSES: 'false',
      FETTLE_MQTT_URL: '',
      FETTLE_DATA_SETS: '/somewhere',
      PATH: '/bin',
    };
    const config = configOf(load('http: { port: 9000 }\nlog:\n', env));
    expect(config).toMatchObject({
      http: { port: 0 },
      apiKey: '12345',
      log: { level: 'warn' },
      store: { retention: 2_592_000_000 },
      desk: { kind: 'webhook', url: 'http://desk/x', secret: 'true', allowPrivateAddresses: false },
    });
    expect(config.mqtt).toMatchObject({ protocolVersion: 4, maxUnsettledBytes: 1000 });
    expect(config.mqtt).not.toHaveProperty('url');
  });

  it('reads the file that FETTLE_CONFIG names, and the one asked for rather than that', () => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'a.yaml'), 'http: { port: 1 }');
    writeFileSync(join(cwd, 'b.yaml'), 'http: { port: 2 }');
    const env = { FETTLE_CONFIG: 'a.yaml' };
    expect(configOf(loadConfig({ env, cwd })).http.port).toBe(1);
    expect(configOf(loadConfig({ file: 'b.yaml', env, cwd })).http.port).toBe(2);
    expect(problemsOf(loadConfig({ file: 'c.yaml', env, cwd }))).toEqual(['c.yaml: there is no such file']);
  });
});

describe('problems', () => {
  const cases: [name: string, yaml: string, expected: string[]][] = [
    [
      'YAML that can not be read',
      'http: { port: 1\nlog: [',
      [
        'fettle.yaml:2: is no valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
        'fettle.yaml:2: is no valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    ['a key written twice', 'dataDir: a\ndataDir: b\n', ['fettle.yaml:2: is no valid YAML: Map keys must be unique']],
    ['an alias of nothing', 'dataDir: *x\n', ['fettle.yaml:1: is no valid YAML: there is no anchor &x before *x']],
    ['no map', '- a\n', ['fettle.yaml:1: must be a map of options']],
    [
      'an unknown option',
      'http:\n  prot: 80\n',
      ["fettle.yaml:2: http.prot: unknown option 'prot', did you mean 'port'? Valid: port, host"],
    ],
    [
      'an option that resembles none',
      'redis: { sentinels: 3 }\n',
      [
        "fettle.yaml:1: redis.sentinels: unknown option 'sentinels'; valid: certFile, keyFile, options, username, caFile, url, prefix, password",
      ],
    ],
    [
      'wrong types',
      'http: 80\nlog: { level: 3 }\nmqtt: { clientId: 7, port: "1883" }\nsources: {}\n',
      [
        'fettle.yaml:1: http: must be a map, not 80',
        'fettle.yaml:2: log.level: must be trace, debug, info, warn, error or silent, not 3',
        "fettle.yaml:3: mqtt.clientId: must be text (in quotes: '7'), not 7",
        "fettle.yaml:3: mqtt.port: must be a whole number from 0 to 65535, not '1883'",
        'fettle.yaml:4: sources: must be a list, not a map',
      ],
    ],
    [
      'a name that is nearly right',
      'log: { level: wran }\n',
      ["fettle.yaml:1: log.level: must be trace, debug, info, warn, error or silent, not 'wran', did you mean 'warn'?"],
    ],
    [
      'bad durations and sizes',
      'mqtt: { keepalive: 30, sessionExpiry: 7 parsecs, maxUnsettledBytes: 6QB }\nstore: { retention: 1h }\n',
      [
        `fettle.yaml:1: mqtt.keepalive: must be ${DURATION}, at least 1 s, not 30`,
        `fettle.yaml:1: mqtt.sessionExpiry: must be ${DURATION}, not '7 parsecs'`,
        "fettle.yaml:1: mqtt.maxUnsettledBytes: must be a number of bytes, or a number with one of KB, MB, GB, KiB, MiB, GiB, like 64MB, not '6QB'",
        `fettle.yaml:2: store.retention: must be ${DURATION}, at least 1 d, not '1h'`,
      ],
    ],
    [
      'numbers out of range',
      'http: { port: 70000 }\ningest: { batchSize: 0 }\nstore: { memoryLimitMb: 1.5 }\n',
      [
        'fettle.yaml:1: http.port: must be a whole number from 0 to 65535, not 70000',
        'fettle.yaml:2: ingest.batchSize: must be a whole number from 1 to 100000, not 0',
        'fettle.yaml:3: store.memoryLimitMb: must be a whole number of at least 64, not 1.5',
      ],
    ],
    [
      'secrets and addresses, without repeating them',
      'apiKey: 4711\ndatabase: { url: "mysql://u:hunter2@db" }\n',
      [
        'fettle.yaml:1: apiKey: must be text (in quotes if it is a number)',
        'fettle.yaml:2: database.url: must be an address with postgres:// or postgresql://, like postgres://fettle:secret@db:5432/fettle',
      ],
    ],
    [
      'an address that none can read, because its password holds special characters',
      'redis: { url: "redis://u:hunter2/#@redis" }\n',
      ['fettle.yaml:1: redis.url: must be an address with redis:// or rediss://, like redis://redis:6379'],
    ],
    [
      'contradictions about database and queue',
      [
        'database: { password: hunter2, keyFile: fettle.yaml }',
        'redis: { url: "redis://redis", caFile: fettle.yaml, options: { keyPrefix: x, password: hunter2 } }\n',
      ].join('\n'),
      [
        'fettle.yaml:1: database.password: needs database.url as well',
        'fettle.yaml:1: database.keyFile: needs database.url as well',
        'fettle.yaml:1: database.keyFile: needs database.certFile as well',
        'fettle.yaml:2: redis.caFile: needs TLS: redis.url must begin with rediss://',
        'fettle.yaml:2: redis.options.keyPrefix: can not be given: BullMQ makes its own keys; use redis.prefix',
        'fettle.yaml:2: redis.options.password: can not be given: use redis.password, which stays out of messages',
      ],
    ],
    [
      'a protection of the database that may end up without any, or none together with certificates',
      'database: { url: "postgres://db/x?sslmode=prefer" }\n',
      ["fettle.yaml:1: database.url: sslmode must be disable, require, verify-ca, verify-full, not 'prefer'"],
    ],
    [
      'certificates without TLS',
      'database: { url: "postgres://db/x?sslmode=require", sslMode: disable, caFile: fettle.yaml }\n',
      ['fettle.yaml:1: database.caFile: needs TLS, but sslMode is disable'],
    ],
    [
      'a webhook without its options',
      'desk: { kind: webhook }\n',
      [
        'fettle.yaml:1: desk.url: is missing: Where each change of a ticket is posted to.',
        'fettle.yaml:1: desk.secret: is missing: Key of the signature (HMAC-SHA256).',
      ],
    ],
    [
      'a desk of no kind or another',
      'desk: { url: "http://x" }\n',
      ['fettle.yaml:1: desk.kind: is missing; it must be none, webhook or rest'],
    ],
    [
      'an unknown desk',
      'desk: { kind: jira }\n',
      ["fettle.yaml:1: desk.kind: must be none, webhook or rest, not 'jira'"],
    ],
    [
      'an option of another kind of desk',
      'desk: { kind: none, url: "http://x" }\n',
      ["fettle.yaml:1: desk.url: unknown option 'url' with kind none; valid: kind"],
    ],
    [
      'a time-series server without what it needs',
      'store: { url: "http://u:p@influx:8086", version: 2, database: a/b }\n',
      [
        'fettle.yaml:1: store.token: must be set for InfluxDB 2',
        'fettle.yaml:1: store.org: must be set for InfluxDB 2',
        'fettle.yaml:1: store.url: must hold no user and password; they go into store.username and store.password',
        "fettle.yaml:1: store.database: must be letters, digits, dashes and underscores, the first a letter or digit, not 'a/b'",
      ],
    ],
    [
      'a login at a time-series server that nobody named, or of another version',
      'store: { org: plant, password: p }\n',
      [
        'fettle.yaml:1: store.org: needs store.url as well',
        'fettle.yaml:1: store.password: needs store.username as well',
      ],
    ],
    [
      'a token for InfluxDB 1',
      'store: { url: "http://influx:8086", version: 1, token: t }\n',
      ['fettle.yaml:1: store.token: is for InfluxDB 2 and 3; InfluxDB 1 takes store.username and store.password'],
    ],
    [
      'options that need each other',
      'mqtt: { port: 8080, password: p, certFile: fettle.yaml }\n',
      [
        'fettle.yaml:1: mqtt.port: must differ from http.port, which is 8080 too',
        'fettle.yaml:1: mqtt.password: needs mqtt.username as well',
        'fettle.yaml:1: mqtt.certFile: needs mqtt.keyFile as well',
      ],
    ],
    [
      'certificates without TLS, which nothing would use',
      'mqtt: { url: "mqtt://broker", caFile: fettle.yaml }\n',
      ['fettle.yaml:1: mqtt.caFile: needs a url with mqtts:// or wss://; the one given is without TLS'],
    ],
    [
      'several brokers',
      `mqtt:
  url: mqtts://one
  brokers:
    - { id: main, url: mqtts://two }
    - { id: hall, url: mqtts://one, password: p, passwordFile: absent, keyFile: fettle.yaml }
    - { id: hall, url: mqtts://three, certFile: ./gone.pem, keyFile: fettle.yaml }
sources:
  - { id: a, topic: "a/{asset}", broker: hall }
  - { id: b, topic: "b/{asset}", broker: yard }
`,
      [
        "fettle.yaml:2: mqtt.url: no source reads from broker 'main'",
        "fettle.yaml:4: mqtt.brokers[0].id: 'main' is the broker of mqtt.url; choose another id",
        'fettle.yaml:5: mqtt.brokers[1].url: is there twice with the same clientId; give each its own',
        'fettle.yaml:5: mqtt.brokers[1].password: needs username as well',
        'fettle.yaml:5: mqtt.brokers[1].passwordFile: needs username as well',
        'fettle.yaml:5: mqtt.brokers[1].passwordFile: is there beside password; set one of the two',
        'fettle.yaml:5: mqtt.brokers[1].passwordFile: there is no file FOLDER/absent',
        'fettle.yaml:5: mqtt.brokers[1].keyFile: needs certFile as well',
        "fettle.yaml:6: mqtt.brokers[2].id: 'hall' is there twice; each must have its own",
        'fettle.yaml:6: mqtt.brokers[2].certFile: there is no file FOLDER/gone.pem',
        "fettle.yaml:9: sources[1].broker: there is no broker 'yard'; there is: main, hall",
      ],
    ],
    [
      'further brokers without a main one',
      'mqtt: { brokers: [{ id: hall, url: "mqtt://hall" }] }\n',
      ['fettle.yaml:1: mqtt.brokers: needs mqtt.url as well: further brokers come beside the one named there'],
    ],
    [
      'presence topics',
      `presence:
  - { id: default, topic: tele/+/LWT }
  - { id: a, topic: "tele/{asset}/LWT", broker: yard, online: [up], offline: [down, UP] }
  - { id: a, topic: "tele/{device}/#/LWT" }
  - { id: data, topic: "x/{asset}", ignore: [Online] }
`,
      [
        "fettle.yaml:2: presence[0].id: 'default' is the id of a source; choose another one",
        'fettle.yaml:2: presence[0].topic: it must hold {asset} or {device}, so that it is known whose telemetry it is',
        "fettle.yaml:3: presence[1].broker: there is no broker 'yard'; there is: main",
        "fettle.yaml:3: presence[1].offline: 'up' is among the words of online too",
        "fettle.yaml:4: presence[2].id: 'a' is there twice; each must have its own",
        'fettle.yaml:4: presence[2].topic: # may only be the last level',
        "fettle.yaml:5: presence[3].id: 'data' stands for telemetry that proves a connection",
        "fettle.yaml:5: presence[3].ignore: 'online' is among the words of online too",
      ],
    ],
    [
      'sources',
      `sources:
  - { id: a, topic: 'x/{asset}', maxFuture: }
  - id: a
    topic: 5
    time: { unit: fortnight }
    metrics: { t: { metric: x, scal: 3 }, u: }
    autoRegister: { model: m }
  - topic: 'x/{asset}'
`,
      [
        "fettle.yaml:3: sources[1].id: 'a' is there twice; each must have its own",
        "fettle.yaml:4: sources[1].topic: must be text (in quotes: '5'), not 5",
        "fettle.yaml:5: sources[1].time.unit: must be auto, s, ms, us, ns or iso, not 'fortnight'",
        "fettle.yaml:6: sources[1].metrics.t.scal: unknown option 'scal', did you mean 'scale'? Valid: scale, unit, from, decimal, bit, bits, values, metric, offset",
        'fettle.yaml:6: sources[1].metrics.u: must be a map, not null',
        'fettle.yaml:7: sources[1].autoRegister.site: is missing: Site of the asset where the topic does not name one.',
        'fettle.yaml:8: sources[2].id: is missing: Names the source in logs, metrics and dead letters.',
      ],
    ],
    [
      'what several nodes can not do with',
      `mqtt: { url: 'mqtt://b' }
assess: { mode: sharded }
cluster: { node: a/b, group: 'x y', adoptAfter: 3s }
sources:
  - { id: a, topic: 'x/{asset}', clock: corrected }
  - { id: b, topic: 'spBv1.0/#', codec: sparkplug-b }
`,
      [
        'fettle.yaml:2: assess.mode: sharded needs servers that every node reaches: set database.url and store.url',
        "fettle.yaml:3: cluster.node: must be letters, digits, dots, dashes and underscores, 63 at most, the first a letter or digit, not 'a/b'",
        "fettle.yaml:3: cluster.group: must be letters, digits, dots, dashes and underscores, 63 at most, the first a letter or digit, not 'x y'",
        `fettle.yaml:3: cluster.adoptAfter: must be ${DURATION}, at least 10 s, not '3s'`,
        'fettle.yaml:5: sources[0].clock: corrected learns from every message of a device and needs assess.mode inline: use device or receipt',
        'fettle.yaml:6: sources[1].codec: sparkplug-b has sessions that one node has to see whole, and needs assess.mode inline',
      ],
    ],
    ['no source', 'sources: []\n', ['fettle.yaml:1: sources: must be a list of at least 1 entry, not an empty list']],
    [
      'what stands in an anchored map, at the place of the anchor',
      'http: &h { port: -1 }\nlog: *h\n',
      [
        "fettle.yaml:1: log.port: unknown option 'port'; valid: level",
        'fettle.yaml:1: http.port: must be a whole number from 0 to 65535, not -1',
      ],
    ],
  ];

  it.each(cases)('names %s', (_name, yaml, expected) => {
    const cwd = tempFolder();
    expect(problemsOf(load(yaml, {}, cwd))).toEqual(expected.map((line) => line.replaceAll('FOLDER', cwd)));
  });

  it('finds nothing wrong with one sharded node on embedded parts', () => {
    expect(configOf(load('assess: { mode: sharded }\ncluster: { node: a-1 }\n'))).toMatchObject({
      assess: { mode: 'sharded' },
      cluster: { node: 'a-1' },
    });
  });

  it('names files and folders that are not there', () => {
    const cwd = tempFolder();
    const yaml = 'models: m\nassets: a.yaml\nmqtt: { caFile: ca.pem }\n';
    expect(problemsOf(load(yaml, {}, cwd))).toEqual([
      `fettle.yaml:1: models: there is no folder ${join(cwd, 'm')}`,
      `fettle.yaml:2: assets: there is no file ${join(cwd, 'a.yaml')}`,
      `fettle.yaml:3: mqtt.caFile: there is no file ${join(cwd, 'ca.pem')}`,
    ]);
  });

  it('names the variable that a value comes from, and unknown variables, together with those of the file', () => {
    const env = {
      FETTLE_HTTP_PORT: 'eighty',
      FETTLE_MQTT_KEEPALIVE: '30',
      FETTLE_HTTP_PRT: '80',
      FETTLE_QUX_FROBNICATION_LEVEL: '1',
      FETTLE_DESK_URL: 'http://x',
    };
    expect(problemsOf(load('dataDr: x\nhttp: { port: 80 }\n', env))).toEqual([
      'FETTLE_DESK_URL: desk.kind: is missing; it must be none, webhook or rest',
      "FETTLE_HTTP_PORT: http.port: must be a whole number from 0 to 65535, not 'eighty'",
      'FETTLE_HTTP_PRT: unknown environment variable, did you mean FETTLE_HTTP_PORT?',
      `FETTLE_MQTT_KEEPALIVE: mqtt.keepalive: must be ${DURATION}, at least 1 s, not 30`,
      'FETTLE_QUX_FROBNICATION_LEVEL: unknown environment variable; docs/configuration.md lists those there are',
      expect.stringContaining(
        "fettle.yaml:1: dataDr: unknown option 'dataDr', did you mean 'dataDir'? Valid: dataDir, ",
      ),
    ]);
  });

  describe('secrets in files', () => {
    it('takes the value of a secret or an address from the file that the variable names, but for the newline at its end', () => {
      const cwd = tempFolder();
      writeFileSync(join(cwd, 'key'), 'from file \n');
      writeFileSync(join(cwd, 'url'), 'postgres://fettle:p%40ss@db/fettle\r\n');
      writeFileSync(join(cwd, 'number'), '12345');
      writeFileSync(join(cwd, 'lines'), 'one\n\n');
      const env = {
        FETTLE_API_KEY_FILE: join(cwd, 'key'),
        FETTLE_DATABASE_URL_FILE: 'url',
        FETTLE_MQTT_PASSWORD_FILE: 'number',
        FETTLE_MQTT_USERNAME: 'fettle',
        FETTLE_DESK_KIND: 'webhook',
        FETTLE_DESK_URL: 'http://desk/x',
        FETTLE_DESK_SECRET_FILE: 'lines',
        FETTLE_DESK_SECRET: '',
      };
      expect(configOf(load('apiKey: from yaml', env, cwd))).toMatchObject({
        apiKey: 'from file ',
        database: { url: 'postgres://fettle:p%40ss@db/fettle' },
        mqtt: { password: '12345' },
        desk: { secret: 'one\n' },
      });
    });

    it('reports what is wrong with each, with all other mistakes, and never what a file holds', () => {
      const cwd = tempFolder();
      writeFileSync(join(cwd, 'empty'), '\n');
      writeFileSync(join(cwd, 'wrong'), 'hunter2');
      const env = {
        FETTLE_API_KEY: 'hunter2',
        FETTLE_API_KEY_FILE: 'wrong',
        FETTLE_MQTT_PASSWORD_FILE: 'empty',
        FETTLE_REDIS_URL_FILE: 'absent',
        FETTLE_DATABASE_URL_FILE: 'wrong',
        FETTLE_MQTT_URL_FILE: '.',
        FETTLE_HTTP_PORT_FILE: 'wrong',
        FETTLE_DESK_SECRT_FILE: 'wrong',
      };
      expect(problemsOf(load('http: { port: 70000 }', env, cwd))).toEqual([
        'FETTLE_API_KEY_FILE: apiKey: FETTLE_API_KEY is set as well; set one of the two',
        'FETTLE_DATABASE_URL_FILE: database.url: must be an address with postgres:// or postgresql://, like postgres://fettle:secret@db:5432/fettle',
        'FETTLE_DESK_SECRT_FILE: unknown environment variable, did you mean FETTLE_DESK_SECRET_FILE?',
        expect.stringMatching(/^FETTLE_HTTP_PORT_FILE: unknown environment variable/),
        `FETTLE_MQTT_PASSWORD_FILE: mqtt.password: the file ${join(cwd, 'empty')} is empty; it must hold the value`,
        `FETTLE_MQTT_URL_FILE: mqtt.url: the file ${cwd} can not be read (EISDIR); the user that Fettle runs as must be allowed to`,
        `FETTLE_REDIS_URL_FILE: redis.url: there is no file ${join(cwd, 'absent')}`,
        'fettle.yaml:1: http.port: must be a whole number from 0 to 65535, not 70000',
      ]);
    });
  });

  it('gives the column and the path of each', () => {
    const result = load('http:\n  port: 70000\n');
    expect(result).toEqual({
      problems: [
        {
          file: 'fettle.yaml',
          line: 2,
          column: 9,
          path: 'http.port',
          message: 'must be a whole number from 0 to 65535, not 70000',
        },
      ],
    });
  });
});
