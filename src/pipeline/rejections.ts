import type { Refusal } from '../codecs/codec.ts';
import { printable } from '../codecs/text.ts';
import type { Rejection } from '../domain/sample.ts';

/** So many things refused in one message are told one by one; the rest is told by reason. */
const SINGLY = 16;

const MAX_NAME = 128;
const MAX_DETAIL = 400;

/** A rejection that others of its reason may still be added to. */
type Growing = { -readonly [Key in keyof Rejection]: Rejection[Key] };

/** Adds a rejection of `samples` decoded values; what goes beyond {@link SINGLY} is added up by reason. */
export function addRejection(
  rejections: Growing[],
  refusal: Refusal,
  samples: number,
  assetId: string | undefined,
  metric?: string,
): void {
  if (rejections.length >= SINGLY) {
    addToGroup(rejections, refusal, samples, assetId);
    return;
  }
  rejections.push({
    reason: refusal.reason,
    detail: printable(refusal.detail, MAX_DETAIL),
    ...(assetId !== undefined && { assetId }),
    ...(metric !== undefined && { metric: printable(metric, MAX_NAME) }),
    samples,
  });
}

function addToGroup(rejections: Growing[], refusal: Refusal, samples: number, assetId: string | undefined): void {
  for (let index = SINGLY; index < rejections.length; index++) {
    const group = rejections[index]!;
    if (group.reason !== refusal.reason) continue;
    group.samples += samples;
    return;
  }
  const detail = printable(`several; the first: ${refusal.detail}`, MAX_DETAIL);
  rejections.push({ reason: refusal.reason, detail, ...(assetId !== undefined && { assetId }), samples });
}
