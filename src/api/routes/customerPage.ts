import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CustomerVisit } from '../../domain/customerView.ts';
import { MINUTE } from '../../domain/time.ts';
import type { ApiContext } from '../context.ts';
import {
  CONTACT_LENGTH,
  CUSTOMER_POLICY,
  type CustomerForm,
  type CustomerPageOptions,
  customerNotice,
  customerPage,
  TEXT_LENGTH,
} from '../customerPage.ts';
import { languageOf } from '../customerWords.ts';
import { takeForms } from '../formPages.ts';
import { RateLimit } from '../rateLimit.ts';

/** Forms are short; each character may take twelve bytes. */
const BODY_LIMIT = 32 * 1024;
const LOOKS_PER_MINUTE = 60;
const GUESSES_PER_MINUTE = 60;
const REQUESTS = 5;
const REQUESTS_WITHIN = 10 * MINUTE;

const ROUTE = { config: { access: 'public', produces: ['text/html'] }, schema: { hide: true } } as const;

interface PageRequest {
  Params: { secret: string };
  Querystring: { lang?: unknown; sent?: unknown };
  Body: URLSearchParams | undefined;
}

/** The page of an asset for its customer: for whoever has its signed link, without a key and without scripts. */
export const customerPageRoutes =
  ({ services, now }: ApiContext) =>
  async (app: FastifyInstance): Promise<void> => {
    const { customerPages } = services;
    const [looks, guesses] = [new RateLimit(LOOKS_PER_MINUTE), new RateLimit(GUESSES_PER_MINUTE)];
    const requests = new RateLimit(REQUESTS, REQUESTS_WITHIN);
    takeForms(app);

    const answer = (reply: FastifyReply, code: number, html: string) =>
      reply
        .code(code)
        .header('content-security-policy', CUSTOMER_POLICY)
        .header('x-robots-tag', 'noindex, nofollow')
        .header('vary', 'accept-language')
        .type('text/html; charset=utf-8')
        .send(html);

    const language = ({ query, headers }: FastifyRequest<PageRequest>) =>
      languageOf(query.lang, headers['accept-language']);

    /** Whose page it is, or undefined once the answer is sent. */
    const visitOf = async (request: FastifyRequest<PageRequest>, reply: FastifyReply) => {
      const notice = (code: number, what: 'unknown' | 'ended' | 'often', to = reply) =>
        void answer(to, code, customerNotice(what, language(request)));
      const visit = await customerPages.open(request.params.secret);
      const tooOften =
        visit && !visit.ended ? looks.exceeded(visit.assetId, now()) : guesses.exceeded(request.ip, now());
      if (tooOften) notice(429, 'often', reply.header('retry-after', 60));
      else if (!visit) notice(404, 'unknown');
      else if (visit.ended) notice(410, 'ended');
      else return visit;
      return undefined;
    };

    const show = async (
      visit: CustomerVisit,
      request: FastifyRequest<PageRequest>,
      reply: FastifyReply,
      code: number,
      more: Partial<CustomerPageOptions>,
    ) => {
      const { sites, others } = services.siteZones();
      const zone = sites[visit.siteId] ?? others;
      const options = { language: language(request), zone, now: now(), ...more };
      return answer(reply, code, customerPage(await customerPages.view(visit), options));
    };

    app.get<PageRequest>('/c/:secret', ROUTE, async (request, reply) => {
      const visit = await visitOf(request, reply);
      if (!visit) return reply;
      const { sent } = request.query;
      return show(visit, request, reply, 200, {
        sent: typeof sent === 'string' && /^\d{1,9}$/.test(sent) ? Number(sent) : undefined,
      });
    });

    app.post<PageRequest>('/c/:secret', { ...ROUTE, bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const visit = await visitOf(request, reply);
      if (!visit) return reply;
      const form = readForm(request.body);
      if (form.text === '') return show(visit, request, reply, 400, { refused: { form, reason: 'missing' } });
      if (requests.exceeded(visit.assetId, now())) {
        reply.header('retry-after', REQUESTS_WITHIN / 1000);
        return show(visit, request, reply, 429, { refused: { form, reason: 'often' } });
      }
      const { text, phone, email, about } = form;
      const contact = [phone && `Phone / 电话: ${phone}`, email && `E-mail / 邮箱: ${email}`].filter(Boolean);
      const number = await customerPages.request(visit, { text, contact, ...(about && { about: Number(about) }) });
      return answer(reply.header('location', `?lang=${language(request)}&sent=${number}`), 303, '');
    });
  };

function readForm(body: URLSearchParams | undefined): CustomerForm {
  const line = (name: string) =>
    (body?.get(name) ?? '')
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, CONTACT_LENGTH);
  const text = (body?.get('text') ?? '').replaceAll('\r\n', '\n').trim().slice(0, TEXT_LENGTH);
  return { text, phone: line('phone'), email: line('email'), about: line('about') };
}
