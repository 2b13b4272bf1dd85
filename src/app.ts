import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderInUseError } from './adapters/database/embedded/index.ts';
import { createOidcProvider } from './adapters/identity/oidc.ts';
import { createHttpMonitor } from './adapters/monitor/http.ts';
import { StoreFileError, StoreInUseError } from './adapters/timeseries/duckdb/index.ts';
import { buildApi } from './api/index.ts';
import { generateKey, hashKey } from './api/keys.ts';
import { openLinkSigner } from './api/signedLinks.ts';
import { Backtests } from './backtest/backtests.ts';
import { Suggestions } from './backtest/suggestions.ts';
import { sessionOf } from './brokers.ts';
import { parseAssetsCsv } from './config/assets.ts';
import { parseCandidates } from './config/candidates.ts';
import type { Configuration } from './config/check.ts';
import { exposureProblem, publicUrl } from './config/exposure.ts';
import { columnOf, parseFailureRecords } from './config/failureRecordsCsv.ts';
import { consoleFolder, installedVersion } from './config/installation.ts';
import type { Config } from './config/schema.ts';
import { DemoBeside } from './demoBeside.ts';
import type { AssetModel } from './domain/model.ts';
import type { Ticket } from './domain/ticket.ts';
import { type Duration, MINUTE, SECOND } from './domain/time.ts';
import { SetupError, UnacceptableError, UnavailableError } from './errors.ts';
import { topicListener } from './listenBroker.ts';
import { listenPort, portInUse } from './listenPort.ts';
import type { Log } from './log.ts';
import type { Ledger } from './metrics.ts';
import { watchModels } from './modelWatch.ts';
import { createModelWork } from './modelWork.ts';
import { newId } from './newId.ts';
import { createOnboarding } from './onboarding.ts';
import { openParts, type Parts } from './parts.ts';
import type { Ending } from './pipeline/cluster.ts';
import { Pipeline, type PipelineParts } from './pipeline/index.ts';
import { siteZones } from './pipeline/siteZones.ts';
import type { Tracked } from './pipeline/tracked.ts';
import { unlessAborted } from './pipeline/within.ts';
import type { Broker } from './ports/broker.ts';
import type { KeyRepository, Role } from './ports/database.ts';
import type { IdentityProvider } from './ports/identityProvider.ts';
import { type Readiness, readiness } from './readiness.ts';
import { createServices, type DeskOptions } from './services.ts';
import { Teardown } from './teardown.ts';
import { createTicketWords } from './ticketWords.ts';
import { Heartbeat } from './watch/heartbeat.ts';
import { addHeartbeatMetrics } from './watch/heartbeatMetrics.ts';
import { watch } from './watch/index.ts';
import { logPartChanges } from './watch/partChanges.ts';

/** Settling and saving may take so long; with closing the parts a stop stays below ten seconds. */
const STOP_LIMIT = 6 * SECOND;

/** Requests under way may take so long when Fettle stops. */
const API_STOP_LIMIT = 2 * SECOND;

export interface AppOptions {
  readonly log: Log;
  readonly onTicket?: (ticket: Ticket, tracked: Tracked) => void;
  /** Ends a start that is under way: `startApp` then rejects with a `StoppedError`. */
  readonly signal?: AbortSignal;
}

/** Why it ends by itself. Reconfigured: its models were changed, and it is to be started anew with them. */
export type AppEnding = Ending | 'restored' | 'reconfigured';

/** A running Fettle. */
export interface App {
  /** Address of the API. */
  readonly url: string;
  /** Where devices report: the embedded broker's address or the configured one, which may hold a login. */
  readonly mqttUrl: string;
  /** The admin key made at the first start; afterwards it is only in its file. */
  readonly newKeyFile: string | undefined;
  readonly pipeline: Pipeline;
  readonly ledger: Ledger;
  /** Resolves when this node is to end by itself: `stop` it then. */
  readonly ended: Promise<AppEnding>;
  /** What it listens on; without a port for MQTT where the broker is another's. */
  readonly ports: { readonly http: number; readonly mqtt?: number };
  /** Settles, saves, closes; harmless when called again. */
  stop(): Promise<void>;
}

/** Something in the configuration or surroundings keeps Fettle from starting; the message says who must do what. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The start was ended by its signal. What it was waiting for may still be open: the process is to end. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** Composes and starts Fettle: configuration, adapters, pipeline, API. When any of it fails, all that was opened is closed. */
export async function startApp(configuration: Configuration, options: AppOptions): Promise<App> {
  const { log, signal = new AbortController().signal } = options;
  const teardown = new Teardown(log);
  try {
    return await unlessAborted(signal, compose(configuration, options, teardown));
  } catch (error) {
    await teardown.run();
    if (signal.aborted) throw new StoppedError('stopped while it was starting');
    throw forOperator(error, configuration.config);
  }
}

/** An error as the operator needs it: where the message says who must do what, a stack would only hide it. */
function forOperator(error: unknown, { http, mqtt }: Config): unknown {
  if (isPortInUse(error)) {
    const [option, variable] =
      error.port === mqtt.port && mqtt.url === undefined && error.port !== http.port
        ? ['mqtt.port', 'FETTLE_MQTT_PORT']
        : ['http.port', 'FETTLE_HTTP_PORT'];
    return new StartupError(portInUse(error.port, option, variable), { cause: error });
  }
  const said =
    error instanceof FolderInUseError ||
    error instanceof StoreInUseError ||
    error instanceof StoreFileError ||
    error instanceof SetupError ||
    error instanceof UnavailableError;
  return said ? new StartupError(error.message, { cause: error }) : error;
}

function isPortInUse(error: unknown): error is Error & { readonly port: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
}

async function compose(configuration: Configuration, { log, onTicket }: AppOptions, teardown: Teardown): Promise<App> {
  const { config, assets, bindings } = configuration;
  const port = await listenPort(config.http.host, config.http.port);
  const url = publicUrl(config, port);
  const parts = await openParts(configuration, teardown, log);
  const { models } = parts.modelsInForce;
  const newKeyFile = await ensureKeys(config, parts.database.keys);
  const signer = await openLinkSigner(parts.database.settings, () => parts.clock.now());
  const words = createTicketWords(config, { publicUrl: url, grafanaUrl: config.grafana.url }, signer, parts);
  const pipeline = new Pipeline(parts, {
    models,
    assets,
    bindings,
    sources: config.sources,
    presence: config.presence,
    node: {
      id: config.cluster.node,
      version: installedVersion(),
      adoptAfter: config.cluster.adoptAfter,
      ...sessionOf(config),
    },
    ...config.ingest,
    spillAfter: config.spill.after,
    ...config.assess,
    deadLetterPayloadBytes: config.deadLetters.payloadBytes,
    intake: {
      maxMessages: config.mqtt.maxUnsettledMessages,
      maxBytes: config.mqtt.maxUnsettledBytes,
      patience: 30 * SECOND,
    },
    maxDeadLetters: config.deadLetters.maxKept,
    present: words.present,
    title: words.title,
    deliveryTimeout: deliveryTimeout(config),
    deskPollEvery: config.desk.kind === 'rest' ? config.desk.pollEvery : MINUTE,
    linkTo: ({ id, externalUrl }) => externalUrl ?? `${url}/tickets/${encodeURIComponent(id)}`,
    ratings: { publicUrl: url, ...config.followUps, secret: config.followUps.secret },
    storms: config.storms,
    reminders: config.reminders,
    campaigns: config.campaigns,
    raisePriority: config.sla.escalation.raisePriority,
    ...(onTicket && { onTicket }),
  });
  teardown.add('pipeline', () => pipeline.stop(STOP_LIMIT));
  const ready = () => readiness(parts, pipeline);
  watch({ parts, pipeline, readiness: ready, dataDir: config.dataDir, version: installedVersion() });
  const changes = watchModels(parts);
  teardown.add('watch on models', async () => changes.stop());
  const { clock, database } = parts;
  const modelWork = createModelWork({
    database,
    configuration,
    inForce: parts.modelsInForce,
    changed: changes.look,
    clock,
    log,
  });
  const backtests = backtestsOf(parts, configuration);
  teardown.add('backtests', () => backtests.stop());
  const suggestions = new Suggestions({ ...parts, queue: parts.suggestionQueue, models });
  teardown.add('suggestions', () => suggestions.stop());
  const onboarding = createOnboarding(config, models, parts, pipeline, () => mqttAddress(config, parts.broker));
  const demo = new DemoBeside({ dataDir: config.dataDir, host: config.http.host, publicUrl: url, log });
  teardown.add('demo fleet', () => demo.stop());
  const listener = topicListener(config, log);
  const services = createServices({
    parts,
    pipeline,
    models,
    modelWork,
    trials: { backtests, suggestions },
    readiness: ready,
    desk: deskOf(config),
    siteZones: siteZones(config.sla, config.calendars),
    words,
    onboarding,
    demo,
    topicListener: listener,
  });
  const api = await buildApi(services, {
    log,
    publicUrl: url,
    grafanaUrl: config.grafana.url,
    consoleFolder: consoleFolder(),
    identityProvider: identityProviderOf(config, url),
    parseAssetsCsv: (text, fileName) => csv(text, fileName, models),
    parseFailuresCsv: failuresCsv,
  });
  teardown.add('API', async () => {
    const cut = setTimeout(() => api.server.closeAllConnections(), API_STOP_LIMIT);
    await api.close().finally(() => clearTimeout(cut));
  });
  // Before the API, which waits for its requests.
  teardown.add('listening', async () => listener.close());
  await api.listen({ host: config.http.host, port });
  await pipeline.start();
  await backtests.start();
  await suggestions.start();
  const watchParts = logPartChanges(ready, parts.clock, log);
  teardown.add('watch on parts', async () => watchParts());
  startHeartbeat(config, parts, ready, teardown);

  let stopping: Promise<void> | undefined;
  return {
    url,
    mqttUrl: mqttAddress(config, parts.broker),
    ports: { http: port, mqtt: embeddedPort(parts.broker) },
    newKeyFile,
    pipeline,
    ledger: parts.ledger,
    ended: Promise.race([
      pipeline.cluster.ended,
      parts.mark.behind.then(() => 'restored' as const),
      changes.changed.then(() => 'reconfigured' as const),
    ]),
    stop: () => {
      stopping ??= teardown.run();
      return stopping;
    },
  };
}

function identityProviderOf({ signIn: { oidc } }: Config, publicUrl: string): IdentityProvider | undefined {
  return oidc && createOidcProvider({ ...oidc, redirectUri: `${publicUrl}/api/v1/session/oidc/callback` });
}

function deskOf(config: Config): DeskOptions {
  const { desk } = config;
  return { eventsSecret: desk.kind === 'none' ? undefined : desk.eventsSecret, timeout: deliveryTimeout(config) };
}

/** A delivery to a desk with a REST API is several calls: it reads the work order and its comments first. */
function deliveryTimeout({ desk }: Config): Duration {
  if (desk.kind === 'none') return 10 * SECOND;
  return desk.kind === 'webhook' ? desk.timeout : 6 * desk.timeout;
}

function backtestsOf(
  { database, store, backtestQueue: queue, modelsInForce, clock, log }: Parts,
  { config }: Configuration,
) {
  const { models } = modelsInForce;
  const parse = (texts: Parameters<typeof parseCandidates>[0]) => {
    const parsed = parseCandidates(texts, config.models);
    if ('models' in parsed) return parsed.models;
    const count = parsed.problems.length;
    throw new UnacceptableError(`the models have ${count} problem${count === 1 ? '' : 's'}`, parsed.problems);
  };
  return new Backtests({ database, store, queue, clock, log, models, parse });
}

function startHeartbeat(
  { heartbeat: { url, every, ...monitor } }: Config,
  { clock, metrics, log }: PipelineParts,
  readiness: () => Promise<Readiness>,
  teardown: Teardown,
): void {
  if (url === undefined) return;
  const heartbeat = new Heartbeat({ monitor: createHttpMonitor({ url, ...monitor }), readiness, every, clock, log });
  addHeartbeatMetrics(metrics.instruments, heartbeat);
  teardown.add('heartbeat', () => heartbeat.stop());
  heartbeat.start();
}

function csv(text: string, fileName: string, models: readonly AssetModel[]) {
  const parsed = parseAssetsCsv(text, fileName, models);
  if (!('problems' in parsed)) return parsed;
  return { problems: parsed.problems.map(({ line, path, message }) => ({ path: `/${line ?? 0}/${path}`, message })) };
}

function failuresCsv(text: string, fileName: string) {
  const parsed = parseFailureRecords(text, fileName);
  const place = (line: number | undefined, column: string) => `/${line ?? 0}/${column}`;
  if ('problems' in parsed)
    return { problems: parsed.problems.map(({ line, path, message }) => ({ path: place(line, path), message })) };
  const { failures } = parsed;
  const placeOf = ({ path, message }: { path: string; message: string }) => {
    const [, row, rest] = failures.length === 1 ? ['', '0', path] : (/^\/(\d+)(.*)$/.exec(path) ?? []);
    return { path: place(failures[Number(row)]?.line, columnOf(rest ?? '')), message };
  };
  return { failures, placeOf };
}

/**
 * Makes the configured keys known, or unknown again, and a first admin key where there is none; refuses to be reachable
 * by others without any. Returns the file of a new key.
 */
async function ensureKeys(config: Config, keys: KeyRepository): Promise<string | undefined> {
  const now = Date.now();
  const configured: readonly (readonly [string, Role, string | undefined])[] = [
    ['configuration', 'admin', config.apiKey],
    ['metrics', 'viewer', config.metricsKey],
  ];
  const names = configured.map(([name]) => name);
  const stored = (await keys.list()).filter(({ name }) => !names.includes(name)).length;
  const problem = exposureProblem(config, stored);
  if (problem) throw new StartupError(problem);
  for (const [name, role, key] of configured) {
    if (key === undefined) await keys.revoke(name);
    else await keys.save({ id: newId(now), name, role, hash: hashKey(key), createdAt: now });
  }
  if (config.apiKey !== undefined || stored > 0) return undefined;
  const { key, hash } = generateKey();
  const file = join(config.dataDir, 'api-key');
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  await keys.save({ id: newId(now), name: 'first', role: 'admin', hash, createdAt: now });
  return file;
}

function mqttAddress(config: Config, broker: Broker): string {
  if (config.mqtt.url !== undefined) return config.mqtt.url;
  return `mqtt://127.0.0.1:${embeddedPort(broker)}`;
}

/** Undefined for a broker that runs elsewhere. */
function embeddedPort(broker: Broker): number | undefined {
  return 'address' in broker ? (broker as Broker & { address(): { port: number } }).address().port : undefined;
}
