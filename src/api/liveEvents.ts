import type { Change } from '../ports/changes.ts';
import { formatTime } from './times.ts';

/** An event of a stream (text/event-stream), with the place from which to go on after it. */
export function formatEvent(name: string, data: object, place: string): string {
  return `${formatPlace(place)}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function formatPlace(place: string): string {
  return `id: ${place}\n`;
}

/** Fields of a change that are points in time. */
const TIMES: ReadonlySet<string> = new Set(['time', 'endOfLife', 'lastReceivedAt']);

export function formatChange({ kind, id, assetId, body, place }: Change): string {
  const told = Object.entries(body)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, TIMES.has(name) ? formatTime(value as number) : value]);
  return formatEvent(kind, { id, assetId, ...Object.fromEntries(told) }, place);
}
