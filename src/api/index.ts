import { randomUUID } from 'node:crypto';
import cookies from '@fastify/cookie';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { SECOND, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { IdentityProvider } from '../ports/identityProvider.ts';
import { answerBrokenRequest, answerProblems, sendProblem } from './answers.ts';
import { createKeyring } from './auth.ts';
import { consoleRoutes } from './console.ts';
import type { ApiContext, ParseAssetsCsv, ParseFailuresCsv } from './context.ts';
import { type GuardParts, guard } from './guard.ts';
import { addHeaders, logRequests, refuseWhileClosing, refuseWhileStarting, setHeaders } from './hooks.ts';
import { HostCookie } from './hostCookie.ts';
import type { LiveOptions } from './liveHub.ts';
import { refuseOtherMethods } from './methods.ts';
import { addDocumentation } from './openapi.ts';
import { NAMED_SCHEMAS } from './resources/index.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { assetEventRoutes } from './routes/assetEvents.ts';
import { assetImportRoutes } from './routes/assetImport.ts';
import { assetRoutes } from './routes/assets.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { bindingRoutes } from './routes/bindings.ts';
import { campaignRoutes } from './routes/campaigns.ts';
import { commissioningRoutes } from './routes/commissioning.ts';
import { customerLinkRoutes } from './routes/customerLinks.ts';
import { customerPageRoutes } from './routes/customerPage.ts';
import { deadLetterRoutes } from './routes/deadLetters.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { deskRoutes } from './routes/desk.ts';
import { failureImportRoutes } from './routes/failureImport.ts';
import { failureRoutes } from './routes/failures.ts';
import { findingRoutes } from './routes/findings.ts';
import { firstStepRoutes } from './routes/firstSteps.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { healthRoutes } from './routes/health.ts';
import { intakeRoutes } from './routes/intake.ts';
import { keyRoutes } from './routes/keys.ts';
import { liveRoutes } from './routes/live.ts';
import { modelRoutes } from './routes/models.ts';
import { nodeRoutes } from './routes/nodes.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { pastRoutes } from './routes/past.ts';
import { ratingRoutes } from './routes/rating.ts';
import { ruleRoutes } from './routes/rules.ts';
import { scoreRoutes } from './routes/scores.ts';
import { sessionRoutes } from './routes/session.ts';
import { siteRoutes } from './routes/sites.ts';
import { suggestionRoutes } from './routes/suggestions.ts';
import { telemetryRoutes } from './routes/telemetry.ts';
import { telemetryExportRoutes } from './routes/telemetryExport.ts';
import { ticketChartRoutes } from './routes/ticketCharts.ts';
import { ticketRoutes } from './routes/tickets.ts';
import { ticketWorkRoutes } from './routes/ticketWork.ts';
import { unmappedRoutes } from './routes/unmapped.ts';
import { visitRoutes } from './routes/visits.ts';
import type { Services } from './services.ts';
import { LONGEST, Sessions } from './sessions.ts';
import { compileValidator } from './validation.ts';

const MEBIBYTE = 1024 * 1024;

export interface ApiOptions {
  readonly log: Log;
  /** Where Fettle is reached from outside, such as `https://fettle.example.com`. */
  readonly publicUrl: string;
  /** Address of Grafana with Fettle's dashboards. */
  readonly grafanaUrl?: string | undefined;
  /** Where people sign in with an account they have already. */
  readonly identityProvider?: IdentityProvider | undefined;
  readonly parseAssetsCsv: ParseAssetsCsv;
  readonly parseFailuresCsv: ParseFailuresCsv;
  /** Folder of the built console; without it the address leads to the documentation. */
  readonly consoleFolder?: string | undefined;
  /** Bytes of a JSON body at most; 1 MiB by default. */
  readonly payloadLimit?: number;
  /** Bytes of an imported file at most; 16 MiB by default. */
  readonly importLimit?: number;
  /** The wall clock. */
  readonly now?: () => Timestamp;
  readonly live?: LiveOptions;
}

/** Builds the REST API with its documentation; the caller listens and closes. */
export async function buildApi(services: Services, options: ApiOptions): Promise<FastifyInstance> {
  const {
    log,
    publicUrl,
    grafanaUrl,
    parseAssetsCsv,
    parseFailuresCsv,
    importLimit = 16 * MEBIBYTE,
    now = Date.now,
  } = options;
  const access: GuardParts = {
    keyring: createKeyring(services.database.keys, now, log),
    sessions: new Sessions(services.database.sessions, now, log),
    cookie: new HostCookie('fettle_session', LONGEST, publicUrl),
    identityProvider: options.identityProvider,
    publicUrl,
  };
  const context: ApiContext = {
    services,
    access,
    publicUrl,
    charts: { publicUrl, grafanaUrl },
    parseAssetsCsv,
    parseFailuresCsv,
    importLimit,
    now,
    live: options.live ?? {},
    log,
  };
  const app = createApp(log, options.payloadLimit ?? MEBIBYTE);
  const finish = refuseOtherMethods(app);
  addHeaders(app);
  refuseWhileClosing(app);
  logRequests(app);
  answerProblems(app);
  for (const schema of NAMED_SCHEMAS) app.addSchema(schema);
  await addDocumentation(app, services.version, publicUrl);
  await app.register(cookies);
  await app.register(async (scope) => {
    guard(scope, access);
    await scope.register(healthRoutes(context));
    await scope.register(versionOne(context), { prefix: '/api/v1' });
    await scope.register(async (pages) => {
      refuseWhileStarting(pages, services.started);
      await pages.register(ratingRoutes(context));
      await pages.register(customerPageRoutes(context));
    });
  });
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(frontOf(options));
  finish();
  return app;
}

/** What people see who open Fettle's address. */
function frontOf({ consoleFolder: folder, publicUrl }: ApiOptions): (app: FastifyInstance) => Promise<void> {
  if (folder !== undefined) return consoleRoutes({ folder, publicUrl });
  return async (app) => {
    app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('api/v1/docs'));
  };
}

function createApp(log: Log, bodyLimit: number): FastifyInstance {
  const app = fastify({
    loggerInstance: log.child({ part: 'api' }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit,
    requestTimeout: 60 * SECOND,
    return503OnClosing: false,
    // Ids have up to 128 characters, percent-encoded up to twelve times as long.
    routerOptions: { maxParamLength: 2048 },
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
  });
  app.decorateRequest('actor');
  app.decorateRequest('sender');
  app.decorateRequest('session');
  app.setValidatorCompiler(compileValidator);
  takeJsonOnly(app);
  return app;
}

/** An empty body is none at all, whatever its type says; many clients always send one. */
function takeJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, undefined);
    else parse(request, text, done);
  });
}

function versionOne(context: ApiContext): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    refuseWhileStarting(scope, context.services.started);
    const routes = [
      assetRoutes,
      commissioningRoutes,
      assetImportRoutes,
      assetEventRoutes,
      customerLinkRoutes,
      fleetRoutes,
      liveRoutes,
      siteRoutes,
      visitRoutes,
      campaignRoutes,
      telemetryRoutes,
      telemetryExportRoutes,
      ticketRoutes,
      ticketChartRoutes,
      ticketWorkRoutes,
      findingRoutes,
      failureRoutes,
      failureImportRoutes,
      scoreRoutes,
      ruleRoutes,
      modelRoutes,
      backtestRoutes,
      suggestionRoutes,
      analyticsRoutes,
      bindingRoutes,
      firstStepRoutes,
      intakeRoutes,
      pastRoutes,
      deadLetterRoutes,
      unmappedRoutes,
      deliveryRoutes,
      notificationRoutes,
      deskRoutes,
      nodeRoutes,
      keyRoutes,
      sessionRoutes,
      oidcRoutes,
    ];
    for (const route of routes) await scope.register(route(context));
  };
}

export type { ParseAssetsCsv, ParseFailuresCsv } from './context.ts';
