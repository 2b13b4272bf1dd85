import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ApiContext } from '../context.ts';
import { ProblemError } from '../errors.ts';
import { RateLimit } from '../rateLimit.ts';
import { defined, Id, oneOf, params, query } from '../resources/common.ts';
import { IntakeSchema, presentTaken } from '../resources/intake.ts';
import { NotFoundError } from '../services.ts';
import { unpack } from '../unpack.ts';

/** Requests of one key in a minute: a gateway of a thousand devices that each report every few seconds. */
const MOST_IN_A_MINUTE = 60_000;
/** No source takes more than its `maxPayloadBytes`; this is where reading ends for any of them. */
const LONGEST_BODY = 16 * 1024 * 1024;
const RETRY_SOON = { 'retry-after': '5' };

const NOTHING = { stored: 0, duplicate: 0, refused: 0, rejections: [] };

const Level = Type.String({ minLength: 1, maxLength: 256, pattern: '^[^/+#]*$' });

/** In a scope of its own, because it takes bodies of any type. */
export const intakeRoutes =
  ({ services, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const calls = new RateLimit(MOST_IN_A_MINUTE);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));

    app.post(
      '/telemetry/:sourceId',
      {
        bodyLimit: LONGEST_BODY,
        config: {
          access: 'telemetry',
          problems: ['telemetry-refused', 'too-many-requests', 'payload-too-large', 'unsupported-media-type'],
        },
        schema: {
          tags: ['telemetry'],
          summary: 'Take what a device sends by HTTP',
          description:
            'The body is one message as the codec of the source reads it, whatever its type; with `Content-Encoding: gzip`, ' +
            '`deflate` or `zstd` it is unpacked. The topic is given, or made of the template of the source and `asset`, `device`, `site` and ' +
            '`metric`, as far as the template has them. An answer of 200 means that every sample is durable and whatever was ' +
            'refused is kept among the dead letters. A message of an `event` that the source ignores, such as `join` of a network ' +
            'server of LoRaWAN, is answered and passed over. The same message again counts as duplicate: after an answer that never came, ' +
            'after 429 and after 503, send it again.',
          operationId: 'takeTelemetry',
          consumes: ['application/octet-stream'],
          params: params({ sourceId: Id }),
          body: Type.Unknown({
            description: 'What the codec of the source reads',
            examples: ['{"ts": "2026-03-10T12:00:00Z", "temperature": 71.5}'],
          }),
          querystring: query({
            topic: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
            asset: Type.Optional(Level),
            device: Type.Optional(Level),
            site: Type.Optional(Level),
            metric: Type.Optional(Level),
            event: Type.Optional(
              Type.String({ maxLength: 100, description: 'What the message is of, as ChirpStack adds it' }),
            ),
            refused: oneOf(['400', '200'], {
              default: '400',
              description:
                'How a message is answered of which nothing was taken, and which is kept as a dead letter. `200` for servers ' +
                'that hold everything back after such an answer, or send the same for ever.',
            }),
          }),
          response: { 200: IntakeSchema },
        },
      },
      async (request) => {
        const { sourceId } = request.params;
        const sender = request.sender!;
        if (sender.sourceId !== undefined && sender.sourceId !== sourceId) {
          const detail = `The key "${sender.name}" may only send telemetry of the source ${sender.sourceId}.`;
          throw new ProblemError('forbidden', detail);
        }
        if (calls.exceeded(sender.name, now())) {
          const headers = { 'retry-after': '60' };
          throw new ProblemError('too-many-requests', `More than ${MOST_IN_A_MINUTE} a minute.`, { headers });
        }
        const source = services.intake.source(sourceId);
        if (!source) throw new NotFoundError(`There is no source ${sourceId}.`);
        const { event, refused, ...fields } = request.query;
        if (event !== undefined && source.ignoreEvents.includes(event)) {
          services.intake.passOver();
          return presentTaken(NOTHING);
        }
        const payload = await unpack(request, source.maxPayloadBytes);
        const topic = topicOf(services, sourceId, fields);
        const taken = await services.intake.take({ sourceId, topic, payload });
        if (taken === 'busy')
          throw new ProblemError('unavailable', 'Too much is waiting for the store.', { headers: RETRY_SOON });
        if (taken === 'slow')
          throw new ProblemError('unavailable', 'Not durable yet; send it again.', { headers: RETRY_SOON });
        if (refused === '400' && taken.refused > 0 && taken.stored + taken.duplicate === 0) {
          const faults = taken.rejections.map(({ reason, detail, metric }) => ({
            path: metric === undefined ? '/body' : `/body/${metric}`,
            message: `${reason}: ${detail}`,
          }));
          const detail = `Nothing was taken; it is kept as a dead letter. ${faults.map(({ message }) => message).join('; ')}`;
          throw new ProblemError('telemetry-refused', detail, { faults });
        }
        return presentTaken(taken);
      },
    );
  };

interface Fields {
  readonly topic?: string;
  readonly asset?: string;
  readonly device?: string;
  readonly site?: string;
  readonly metric?: string;
}

function topicOf(services: ApiContext['services'], sourceId: string, { topic, ...fields }: Fields): string {
  if (topic !== undefined) return topic;
  const made = services.intake.topic(sourceId, defined(fields));
  if (typeof made === 'string') return made;
  const faults = made.missing.map((name) => ({
    path: `/query/${name}`,
    message: 'is missing: the topic of the source has it',
  }));
  const detail = `The topic of the source needs ${made.missing.join(' and ')}; give it, or the whole topic.`;
  throw new ProblemError('invalid-request', detail, { faults });
}
