import type { Timestamp } from '../../../domain/time.ts';

/** A time as desks write it: ISO 8601, also with a blank for the T or without colon in the offset; without a zone it is UTC. */
export function timeOf(text: string | undefined): Timestamp | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?$/.exec(text ?? '');
  if (!match) return undefined;
  const [, date, time, zone = 'Z'] = match;
  const at = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(at) ? undefined : at;
}
