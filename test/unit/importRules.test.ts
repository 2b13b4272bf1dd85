import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../support/temp.ts';

/** One file for every place that has rules of its own. */
const PLACES = {
  domain: 'src/domain/sample.ts',
  evidence: 'src/domain/evidence/usage.ts',
  ports: 'src/ports/broker.ts',
  codecs: 'src/codecs/json.ts',
  rules: 'src/rules/fold.ts',
  prognostics: 'src/prognostics/usageForecast.ts',
  pipeline: 'src/pipeline/ingest.ts',
  checkMapping: 'src/pipeline/checkMapping.ts',
  backtest: 'src/backtest/judge.ts',
  config: 'src/config/schema.ts',
  api: 'src/api/context.ts',
  routes: 'src/api/routes/tickets.ts',
  resources: 'src/api/resources/ticket.ts',
  clock: 'src/adapters/clock.ts',
  broker: 'src/adapters/broker/unsettled.ts',
  mqttBroker: 'src/adapters/broker/mqtt/index.ts',
  embeddedBroker: 'src/adapters/broker/embedded/index.ts',
  duckdb: 'src/adapters/timeseries/duckdb/store.ts',
  postgres: 'src/adapters/database/postgres/tickets.ts',
  pglite: 'src/adapters/database/embedded/index.ts',
  queue: 'src/adapters/queue/redis.ts',
  journal: 'src/adapters/journal/index.ts',
  desk: 'src/adapters/desk/webhook.ts',
  monitor: 'src/adapters/monitor/http.ts',
  addresses: 'src/adapters/addresses.ts',
  /** Folders without an entry of their own. */
  newAdapter: 'src/adapters/weather/station.ts',
  newFolder: 'src/newFolder/page.ts',
  log: 'src/log.ts',
  errors: 'src/errors.ts',
  metrics: 'src/metrics.ts',
  instruments: 'src/metrics/instruments.ts',
  newId: 'src/newId.ts',
  workerUrl: 'src/workerUrl.ts',
  main: 'src/main.ts',
  services: 'src/services.ts',
  app: 'src/app.ts',
  parts: 'src/parts.ts',
  probes: 'src/probes.ts',
  commands: 'src/commands/serve.ts',
  simulators: 'simulators/fleet.ts',
  tests: 'test/support/until.ts',
} as const;
type Place = keyof typeof PLACES;

const LIBRARIES = [
  'node:fs/promises',
  'node:net',
  'mqtt',
  'aedes',
  '@duckdb/node-api',
  '@electric-sql/pglite',
  'kysely',
  'pg',
  'bullmq',
  'ioredis',
  'fastify',
  'yaml',
] as const;
type Library = (typeof LIBRARIES)[number];

const NODE: Library[] = ['node:fs/promises', 'node:net'];
const ADAPTER: Place[] = ['domain', 'ports', 'errors', 'log', 'workerUrl'];
const API: Place[] = ['domain', 'ports', 'errors', 'log', 'api', 'resources'];

/** All that each place may import, of the above. */
const MAY: Partial<Record<Place, readonly (Place | Library)[]>> = {
  domain: [],
  evidence: [],
  ports: ['domain'],
  codecs: ['domain'],
  prognostics: ['domain'],
  rules: ['domain', 'prognostics'],
  pipeline: [
    ...(['domain', 'ports', 'codecs', 'rules', 'prognostics', 'checkMapping'] as const),
    ...(['errors', 'log', 'metrics', 'newId'] as const),
  ],
  backtest: ['domain', 'ports', 'rules', 'pipeline', 'checkMapping', 'errors', 'log', 'newId'],
  config: ['domain', 'rules', 'codecs', 'checkMapping', 'log', 'yaml', ...NODE],
  api: [...API, 'routes', 'fastify', 'node:net'],
  routes: [...API, 'fastify', 'node:net'],
  clock: [...ADAPTER, ...NODE],
  broker: [...ADAPTER, ...NODE],
  mqttBroker: [...ADAPTER, ...NODE, 'broker', 'mqtt', 'aedes'],
  embeddedBroker: [...ADAPTER, ...NODE, 'broker', 'mqtt', 'aedes'],
  duckdb: [...ADAPTER, ...NODE, '@duckdb/node-api'],
  postgres: [...ADAPTER, ...NODE, '@electric-sql/pglite', 'kysely', 'pg'],
  pglite: [...ADAPTER, ...NODE, '@electric-sql/pglite', 'kysely', 'pg'],
  queue: [...ADAPTER, ...NODE, 'bullmq', 'ioredis', 'pg'],
  journal: [...ADAPTER, ...NODE],
  desk: [...ADAPTER, ...NODE, 'addresses'],
  monitor: [...ADAPTER, ...NODE, 'addresses'],
  addresses: [...ADAPTER, ...NODE],
  newAdapter: NODE,
  log: ['domain', 'instruments'],
  errors: ['domain', 'log', 'instruments'],
  metrics: ['domain', 'log', 'instruments'],
  instruments: ['domain', 'log'],
};

const ADAPTERS: Place[] = [
  ...(['clock', 'broker', 'mqttBroker', 'embeddedBroker', 'duckdb', 'postgres', 'pglite'] as const),
  ...(['queue', 'journal', 'desk', 'monitor', 'addresses', 'newAdapter'] as const),
];
const COMPOSITION: Place[] = ['app', 'parts', 'probes'];

/** What these may not import; everything else they may. */
const MAY_NOT: Partial<Record<Place, readonly Place[]>> = {
  main: [...ADAPTERS, 'simulators', 'tests'],
  services: [...ADAPTERS, 'simulators', 'tests'],
  newFolder: [...ADAPTERS, 'simulators', 'tests'],
  ...Object.fromEntries(COMPOSITION.map((place) => [place, ['simulators', 'tests']])),
  commands: ['tests'],
  simulators: [...(Object.keys(PLACES) as Place[]).filter((place) => PLACES[place].startsWith('src/')), 'tests'],
};

const TARGETS = [...(Object.keys(PLACES) as Place[]), ...LIBRARIES];

function allowed(from: Place): readonly string[] {
  const refused: readonly string[] = MAY_NOT[from] ?? [];
  return MAY[from] ?? TARGETS.filter((target) => !refused.includes(target));
}

function specifier(from: Place, target: Place | Library): string {
  if (!(target in PLACES)) return target;
  const path = relative(dirname(PLACES[from]), PLACES[target as Place]);
  return path.startsWith('.') ? path : `./${path}`;
}

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

let folder: string;

/** Every place imports every target, one a line; returns the targets refused by place. */
function lintEverything(): Map<string, Set<string>> {
  for (const from of Object.keys(PLACES) as Place[]) {
    const file = join(folder, PLACES[from]);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, TARGETS.map((target) => `import '${specifier(from, target)}';\n`).join(''));
  }
  const refused = new Map(Object.values(PLACES).map((path) => [path as string, new Set<string>()]));
  for (const { category, location } of lint()) {
    expect(category).toBe('lint/style/noRestrictedImports');
    refused.get(location.path)!.add(TARGETS[location.start.line - 1]!);
  }
  return refused;
}

function lint(): Diagnostic[] {
  const options = [
    '--only=style/noRestrictedImports',
    '--vcs-enabled=false',
    '--reporter=json',
    '--max-diagnostics=none',
  ];
  let output: string;
  try {
    output = execFileSync(join(process.cwd(), 'node_modules/.bin/biome'), ['lint', ...options, '.'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  return (JSON.parse(output) as { diagnostics: Diagnostic[] }).diagnostics;
}

describe('the import rules', () => {
  let refused: Map<string, Set<string>>;

  beforeAll(() => {
    folder = makeTempFolder();
    for (const file of ['biome.json', 'biome.imports.json']) copyFileSync(file, join(folder, file));
    refused = lintEverything();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ...Object.keys(MAY),
    ...Object.keys(MAY_NOT),
  ] as Place[])('let %s import what it may and no more', (from) => {
    const others = TARGETS.filter((target) => target !== from);
    const taken = others.filter((target) => !refused.get(PLACES[from])!.has(target));
    expect(taken).toEqual(others.filter((target) => allowed(from).includes(target)));
  });
});
