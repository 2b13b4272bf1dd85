import type { Answer, Model } from '../../api/types';

type Installation = Answer<'GET /api/v1/installation'>;

const FILLED: Readonly<Record<string, string>> = {
  '{site}': 'site-1',
  '{asset}': 'device-1',
  '{device}': 'device-1',
  '{metric}': 'temperature',
  '+': 'any',
  '#': 'any',
};

/** A topic that a template fits. */
export function exampleTopic(template: string): string {
  return template
    .split('/')
    .map((level) => FILLED[level] ?? level)
    .join('/');
}

/** A message as a device of this model could send it now. */
export function examplePayload({ metrics }: Pick<Model, 'metrics'>, now: number): string {
  const values = metrics.slice(0, 4).map(({ id, kind, range, codes }) => {
    if (kind !== 'number') return [id, Object.values(codes ?? {})[0] ?? 0];
    const [low = 0, high = 100] = range ?? [];
    return [id, Math.round((low + (high - low) / 4) * 10) / 10];
  });
  return JSON.stringify({ ts: now, ...Object.fromEntries(values) }, undefined, 2);
}

/** For a terminal; quotes are those of a POSIX shell. */
export function publishCommand({ url, login }: Installation['mqtt'], topic: string, payload: string): string {
  const { hostname, port, protocol } = new URL(url);
  const secure = protocol === 'mqtts:' || protocol === 'wss:';
  const parts = [
    `mosquitto_pub -h ${hostname.replace(/^\[|\]$/g, '')} -p ${port || (secure ? 8883 : 1883)} -q 1`,
    ...(secure ? ['--tls-use-os-certs'] : []),
    ...(login ? ['-u USER -P PASSWORD'] : []),
    `-t ${quoted(topic)}`,
    `-m ${quoted(oneLine(payload))}`,
  ];
  return parts.join(' ');
}

/** What a new source needs. */
export function sourceYaml(template: string, codec: string): string {
  return `sources:\n  - { id: new-devices, topic: '${template}', codec: ${codec} }`;
}

function oneLine(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload));
  } catch {
    return payload;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
