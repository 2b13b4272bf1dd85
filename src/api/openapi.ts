import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { addExamples } from './documentExamples.ts';
import { documentRoute, relaxDefaults } from './routeDocs.ts';

const DESCRIPTION = `Predictive maintenance: assets, findings, service tickets.

**Keys.** \`Authorization: Bearer <key>\`; \`POST /api/v1/keys\` and \`fettle keys\` make them. Roles, each including those before it: *viewer*
reads; *agent* works tickets and enters what happened to an asset; *engineer* registers assets, handles dead letters,
deliveries and rules, and tries rules on history; *admin* everything, keys too. Apart from these, *device* sends telemetry of one source and
may do nothing else.

**Sessions.** Pages of Fettle's own origin sign in at \`/api/v1/session\` instead and have a cookie. Requests with it that change
something carry \`X-CSRF-Token\`, as \`GET /api/v1/session\` tells it.

**Lists** answer \`{ items, nextCursor }\`; pass \`nextCursor\` as \`cursor\` for the next page; it is absent on the last.
A query parameter that takes several values takes them separated by commas, or repeated.

**Times** are ISO 8601 in UTC with milliseconds, and microseconds where there are any. **Durations** are numbers of
seconds, in fields that end in \`Seconds\`. **Ids** are percent-encoded in paths.

**Tickets** carry an \`ETag\`; send it as \`If-Match\` and a change that somebody else made in the meantime is answered
with 412 instead of being overwritten.

**Errors** are problem details (RFC 9457, \`application/problem+json\`).`;

/** In the order of the documentation page. */
const TAGS = [
  { name: 'assets', description: 'Equipment units, their components and what they measure' },
  { name: 'fleet', description: 'All assets at a glance, and what changes' },
  { name: 'tickets', description: 'Service tickets, from the finding to the outcome' },
  { name: 'findings', description: 'What rules stated, with evidence' },
  { name: 'outcomes', description: 'Failures that happened, and what predictions came to' },
  { name: 'rules', description: 'Asset models and rules that tripped' },
  { name: 'backtests', description: 'Rules tried on stored history before they are trusted' },
  { name: 'analytics', description: 'Figures of reliability, service, parts and usage, each with its definition' },
  { name: 'bindings', description: 'Which device speaks for which asset' },
  { name: 'telemetry', description: 'What devices send by HTTP' },
  { name: 'first steps', description: 'What there is, and what a message would become' },
  { name: 'dead letters', description: 'Messages that could not be decoded or stored' },
  { name: 'deliveries', description: 'What is told to service desks' },
  { name: 'notifications', description: 'What people are told of tickets' },
  { name: 'nodes', description: 'The processes that share the work' },
  { name: 'keys', description: 'Who may call this API' },
  { name: 'session', description: 'Signing in and out, for pages in a browser' },
  { name: 'health', description: 'For load balancers and monitoring' },
];

/** Swagger UI loads nothing from elsewhere; its own icons are data URLs and it styles elements inline. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Collects the routes registered from now on into an OpenAPI 3.1 document, served with a page to read it. */
export async function addDocumentation(app: FastifyInstance, version: string, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fettle',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [
        { url: '/', description: 'This server' },
        { url: publicUrl, description: 'Its public address' },
      ],
      tags: TAGS,
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, shown once when it is made' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'fettle_session',
            description:
              'Set by signing in; `__Host-fettle_session` where the public address is one of https, and with `_` and its port where that names one',
          },
        },
      },
    },
    stripBasePath: false,
    transform: ({ schema, url, route }) => ({ schema: documentRoute(schema, route.config ?? {}, route.method), url }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new TypeError('this is no OpenAPI document');
      const relaxed = relaxDefaults(document.openapiObject);
      addExamples(relaxed);
      return relaxed;
    },
    refResolver: { buildLocalReference: (schema, _base, _fragment, i) => String(schema.$id ?? `schema-${i}`) },
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/v1/docs',
    staticCSP: PAGE_POLICY,
    theme: { title: 'Fettle API' },
    logo: { type: 'image/svg+xml', content: LOGO, href: '/', target: '_self' },
    uiConfig: {
      docExpansion: 'list',
      persistAuthorization: false,
      displayRequestDuration: true,
      tryItOutEnabled: true,
    },
  });
}

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" viewBox="0 0 120 40"><text x="0" y="29"
 font-family="sans-serif" font-size="28" font-weight="700" fill="#fff">Fettle</text></svg>`;
