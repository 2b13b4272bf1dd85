import { type Duration, HOUR } from '../../domain/time.ts';

const LONGEST: Duration = HOUR;

/**
 * How long to wait after the given attempt (from 1) failed: `base` doubled with each attempt, less up to half of it at
 * random so that a desk that comes back isn't met by all at once; or what the error asks for in `retryAfterMs`, if that is longer.
 * At most an hour.
 */
export function backoffDelay(attempt: number, base: Duration, error: unknown, random = Math.random): Duration {
  const full = Math.min(base * 2 ** (attempt - 1), LONGEST);
  const jittered = full * (1 - random() / 2);
  return Math.max(1, Math.round(Math.min(Math.max(jittered, retryAfterOf(error)), LONGEST)));
}

function retryAfterOf(error: unknown): Duration {
  const asked = (error as { retryAfterMs?: unknown } | undefined)?.retryAfterMs;
  return typeof asked === 'number' && asked > 0 ? asked : 0;
}
