import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { escapeMarkup } from '../domain/text.ts';

/** Nothing but the page's own files and the API beside it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Paths of the page itself, which finds its way by them; all else is the API's. */
const PAGES = [
  '/',
  '/fleet',
  '/assets/*',
  '/tickets',
  '/tickets/*',
  '/rules',
  '/rules/*',
  '/analytics',
  '/analytics/*',
  '/quality',
  '/system',
  '/system/*',
  '/start',
  '/sign-in',
];

export interface ConsoleOptions {
  /** Folder of the built page. */
  readonly folder: string;
  /** Where Fettle is reached from outside. */
  readonly publicUrl: string;
}

/** Serves the console: its page for every path that it knows, and its files, whose names change with their content. */
export function consoleRoutes({ folder, publicUrl }: ConsoleOptions): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const page = withBase(await readFile(join(folder, 'index.html'), 'utf8'), publicUrl);
    for (const path of PAGES) {
      app.get(path, { schema: { hide: true } }, async (_request, reply) =>
        reply
          .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' })
          .type('text/html; charset=utf-8')
          .send(page),
      );
    }
    await app.register(fastifyStatic, {
      root: folder,
      index: false,
      wildcard: false,
      decorateReply: false,
      cacheControl: false,
      globIgnore: ['index.html'],
      setHeaders: (reply, path) => {
        const isNamedByContent = path.includes(join(folder, 'assets'));
        reply.header('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'public, max-age=300');
      },
    });
  };
}

/** The page finds its files and the API relative to the path of the public address. */
function withBase(html: string, publicUrl: string): string {
  const path = `${new URL(publicUrl).pathname.replace(/\/$/, '')}/`;
  return html.replace('<base href="/" />', `<base href="${escapeMarkup(path)}" />`);
}
