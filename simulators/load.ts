import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { LoadLine } from './loadLine.ts';

export interface LoadOptions {
  /** `mqtt://host:port`; plain TCP only. */
  readonly url: string;
  /** Messages go to `{topicPrefix}/{asset}/telemetry`. */
  readonly topicPrefix: string;
  /** Assets are `load-1` … `load-n`. */
  readonly assets: number;
  readonly messages: number;
  /** Metric ids in each message. */
  readonly metrics: readonly string[];
  /** Unacknowledged messages over all connections. */
  readonly inflight: number;
  readonly connections: number;
  /** Epoch ms of the first message of each asset, and the time between two. */
  readonly start: number;
  readonly period: number;
  /** Values run up and down between 0 and this, below 1000. */
  readonly amplitude: number;
}

export interface LoadResult {
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
}

/**
 * Publishes messages at QoS 1 as fast as they are acknowledged. Writes PUBLISH packets into the socket from templates
 * of ready bytes, so that it takes as little as possible of the processor that it shares with what is measured.
 *
 * @throws Error when a connection is refused or ends before everything was acknowledged
 */
export async function publishLoad(options: LoadOptions): Promise<LoadResult> {
  const lines = Array.from({ length: options.connections }, (_, index) => new LoadLine(options, index));
  await Promise.all(lines.map((line) => line.connect()));
  const began = process.hrtime.bigint();
  const bytes = await Promise.all(lines.map((line) => line.run()));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  return {
    messages: options.messages,
    bytes: bytes.reduce((sum, each) => sum + each, 0),
    seconds,
    messagesPerSecond: Math.round(options.messages / seconds),
  };
}

function readOptions(): LoadOptions {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
      'topic-prefix': { type: 'string', default: 'fettle/bench' },
      assets: { type: 'string', default: '100' },
      messages: { type: 'string', default: '100000' },
      metrics: { type: 'string', default: 'm1,m2,m3,m4,m5' },
      inflight: { type: 'string', default: '2000' },
      connections: { type: 'string', default: '1' },
      start: { type: 'string' },
      period: { type: 'string', default: '1000' },
      amplitude: { type: 'string', default: '100' },
    },
  });
  const number = (name: 'assets' | 'messages' | 'inflight' | 'connections' | 'period' | 'amplitude') => {
    const value = Number(values[name]);
    if (Number.isFinite(value) && value > 0) return value;
    throw new Error(`--${name} is '${values[name]}'; it must be a number above 0`);
  };
  const assets = number('assets');
  const messages = number('messages');
  const period = number('period');
  const span = Math.ceil(messages / assets) * period;
  return {
    url: values.url,
    topicPrefix: values['topic-prefix'],
    assets,
    messages,
    metrics: values.metrics.split(','),
    inflight: number('inflight'),
    connections: Math.min(number('connections'), assets),
    start: values.start === undefined ? Date.now() - span : Number(values.start),
    period,
    amplitude: number('amplitude'),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const result = await publishLoad(readOptions());
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
