import { topicLevels } from '../pipeline/topicTemplate.ts';

/** What the topics of a well-known product tell. */
export interface Familiar {
  readonly codec: string;
  /** A template for all of them, where it is always the same. */
  readonly template?: string;
}

/** How the topics of a product begin or end; a `+` is any level. */
const FAMILIAR: readonly (readonly [string, Familiar])[] = [
  ['spBv1.0/#', { codec: 'sparkplug-b', template: 'spBv1.0/#' }],
  ['zigbee2mqtt/+', { codec: 'zigbee2mqtt', template: 'zigbee2mqtt/{asset}' }],
  ['tele/+/SENSOR', { codec: 'tasmota', template: 'tele/{asset}/SENSOR' }],
  ['v1/gateway/telemetry', { codec: 'thingsboard', template: 'v1/gateway/telemetry' }],
  ['$aws/things/+/shadow/update', { codec: 'aws-shadow', template: '$aws/things/{asset}/shadow/update' }],
  [
    '$aws/things/+/shadow/update/accepted',
    { codec: 'aws-shadow', template: '$aws/things/{asset}/shadow/update/accepted' },
  ],
  [
    '$aws/things/+/shadow/update/documents',
    { codec: 'aws-shadow', template: '$aws/things/{asset}/shadow/update/documents' },
  ],
  ['devices/+/messages/events/#', { codec: 'azure-iot', template: 'devices/{asset}/messages/events/#' }],
];

/** The product that speaks on a topic, by the topic alone. */
export function familiarTopic(topic: string): Familiar | undefined {
  const levels = topicLevels(topic);
  return FAMILIAR.find(([filter]) => fits(levels, topicLevels(filter)))?.[1];
}

function fits(levels: readonly string[], filter: readonly string[]): boolean {
  const open = filter.at(-1) === '#';
  const own = open ? filter.slice(0, -1) : filter;
  if (open ? levels.length < own.length : levels.length !== own.length) return false;
  return own.every((level, at) => level === '+' || level === levels[at]);
}
