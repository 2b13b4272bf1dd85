import { type Static, Type } from 'typebox';
import type { RejectionReason } from '../../domain/sample.ts';
import type { DeadLetter } from '../../ports/database.ts';
import { formatTime } from '../times.ts';
import { oneOf, Time } from './common.ts';

/** A record, so that the compiler misses a reason that is left out. */
const REASONS: Readonly<Record<RejectionReason, true>> = {
  'empty-payload': true,
  'payload-too-large': true,
  malformed: true,
  'too-deep': true,
  'unexpected-shape': true,
  'expression-failed': true,
  'unknown-topic': true,
  'unknown-asset': true,
  'registration-full': true,
  'invalid-id': true,
  'unknown-metric': true,
  'unknown-alias': true,
  'wrong-type': true,
  'unknown-code': true,
  'not-finite': true,
  'out-of-range': true,
  'missing-time': true,
  'invalid-time': true,
  'time-without-zone': true,
  'future-time': true,
  'too-old': true,
  conflict: true,
  'refused-by-store': true,
};
export const ReasonSchema = oneOf(Object.keys(REASONS) as RejectionReason[]);

export const DeadLetterSchema = Type.Object(
  {
    id: Type.String(),
    at: Time,
    sourceId: Type.Optional(Type.String()),
    topic: Type.String(),
    reason: ReasonSchema,
    detail: Type.String({ description: 'What was found and what would be valid' }),
    assetId: Type.Optional(Type.String()),
    metric: Type.Optional(Type.String({ description: 'As the device named it' })),
    payload: Type.String({ description: 'The first bytes of it, in the encoding that `payloadEncoding` names' }),
    payloadEncoding: oneOf(['utf-8', 'base64']),
    payloadBytes: Type.Integer({ description: 'Size of the whole payload' }),
  },
  { $id: 'DeadLetter', description: 'A message, or one value of it, that was not taken' },
);

export function presentDeadLetter(letter: DeadLetter): Static<typeof DeadLetterSchema> {
  return { ...letter, at: formatTime(letter.at), ...presentPayload(letter.payload) };
}

/** As text where it is text; the last character may have been cut in two. */
export function presentPayload(bytes: Uint8Array): { payload: string; payloadEncoding: 'utf-8' | 'base64' } {
  try {
    const payload = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    return { payload, payloadEncoding: 'utf-8' };
  } catch {
    return { payload: Buffer.from(bytes).toString('base64'), payloadEncoding: 'base64' };
  }
}
