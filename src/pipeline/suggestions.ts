import { isValidId } from '../domain/ids.ts';
import { topicLevels } from './topicTemplate.ts';

/** Levels that say what kind of message it is, and not whose. */
export const TOPIC_KINDS: ReadonlySet<string> = new Set([
  'telemetry',
  'data',
  'state',
  'status',
  'up',
  'uplink',
  'values',
  'measurements',
  'metrics',
  'json',
  'sensor',
  'event',
  'attributes',
  'availability',
  'lwt',
  'connection',
  'online',
]);

/**
 * A topic template that a topic fits: the asset is the last level that does not say what kind of message it is, the site
 * the one before, unless that is the first.
 */
export function suggestTopic(topic: string): string | undefined {
  const levels = topicLevels(topic);
  if (levels.some((level) => level === '' || /[{}+#]/.test(level))) return undefined;
  const last = levels.findLastIndex((level) => !TOPIC_KINDS.has(level.toLowerCase()));
  if (last === -1) return undefined;
  return levels
    .map((level, at) => {
      if (at === last) return '{asset}';
      return at === last - 1 && at > 0 ? '{site}' : level;
    })
    .join('/');
}

/** `pump-7` is Pump 7. */
export function suggestName(id: string): string {
  const words = id.replaceAll(/[-_.]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function validOr(id: string | undefined, otherwise: string): string {
  return id !== undefined && isValidId(id) ? id : otherwise;
}
