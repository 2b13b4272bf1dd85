import { type Duration, SECOND, type Timestamp } from '../../domain/time.ts';
import type { DeliveryResult } from '../../ports/serviceDesk.ts';
import { parseHttpUrl } from './url.ts';

const LONGEST_ID = 256;
const LONGEST_URL = 2048;

/** What a desk says about its work order; nothing where its answer is no JSON object or says nothing usable. */
export function parseResult(text: string): DeliveryResult {
  const answer = parseObject(text);
  const externalId = idOf(answer.externalId) ?? idOf(answer.id);
  const externalUrl = urlOf(answer.externalUrl) ?? urlOf(answer.url);
  return { ...(externalId !== undefined && { externalId }), ...(externalUrl !== undefined && { externalUrl }) };
}

/** Reads a Retry-After header, in seconds or as a date (RFC 9110, 10.2.3). */
export function parseRetryAfter(value: string | undefined, now: Timestamp): Duration | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * SECOND;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= LONGEST_ID ? text : undefined;
}

/** Only addresses that are safe as a link. */
function urlOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= LONGEST_URL && parseHttpUrl(value) ? value : undefined;
}
