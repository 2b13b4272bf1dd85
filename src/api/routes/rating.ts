import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ApiContext } from '../context.ts';
import { takeForms } from '../formPages.ts';
import { RateLimit } from '../rateLimit.ts';
import { COMMENT_LENGTH, noticePage, RATING_POLICY, ratingPage } from '../ratingPage.ts';

/** Forms are short. */
const BODY_LIMIT = 16 * 1024;
const PER_MINUTE = 20;
const GUESSES_PER_MINUTE = 60;

const CONFIG = { access: 'public', produces: ['text/html'] } as const;

/** The page on which a customer rates a ticket: for whoever has its signed link, without a key and without scripts. */
export const ratingRoutes =
  ({ services, now }: ApiContext) =>
  async (app: FastifyInstance): Promise<void> => {
    const [ratings, guesses] = [new RateLimit(PER_MINUTE), new RateLimit(GUESSES_PER_MINUTE)];
    takeForms(app);

    const answer = (reply: FastifyReply, code: number, html: string) =>
      reply.code(code).header('content-security-policy', RATING_POLICY).type('text/html; charset=utf-8').send(html);

    /** The form of the link, or undefined once the answer is sent. */
    const formOf = async (token: string, ip: string, reply: FastifyReply) => {
      const form = await services.ratings.form(token);
      const tooOften = form ? ratings.exceeded(form.ticket.id, now()) : guesses.exceeded(ip, now());
      if (tooOften) void answer(reply.header('retry-after', 60), 429, noticePage('often'));
      else if (!form) void answer(reply, 404, noticePage('unknown'));
      else if (form.expired) void answer(reply, 410, noticePage('expired'));
      else return form;
      return undefined;
    };

    app.get<{ Params: { secret: string } }>(
      '/r/:secret',
      { config: CONFIG, schema: { hide: true } },
      async ({ params, ip }, reply) => {
        const form = await formOf(params.secret, ip, reply);
        return form ? answer(reply, 200, ratingPage(form)) : reply;
      },
    );

    app.post<{ Params: { secret: string }; Body: URLSearchParams | undefined }>(
      '/r/:secret',
      { config: CONFIG, bodyLimit: BODY_LIMIT, schema: { hide: true } },
      async ({ params, ip, body }, reply) => {
        const form = await formOf(params.secret, ip, reply);
        if (!form) return reply;
        const score = Number(body?.get('score') || Number.NaN);
        if (!Number.isInteger(score) || score < 1 || score > 5) return answer(reply, 400, ratingPage(form, true));
        const comment = body?.get('comment')?.trim().slice(0, COMMENT_LENGTH) || undefined;
        await services.ratings.rate(form, score, comment);
        return answer(reply.header('location', encodeURIComponent(params.secret)), 303, '');
      },
    );
  };
