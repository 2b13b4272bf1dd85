import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duration } from '../../domain/time.ts';
import type { Monitor } from '../../ports/monitor.ts';
import { assertNotInternal, publicLookup } from '../addresses.ts';

export interface HttpMonitorOptions {
  /** http or https. Its path is mostly the monitor's secret, so messages name only the host. */
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Longest wait for an answer. */
  readonly timeout: Duration;
  /** Whether the monitor may be on loopback or a private network. */
  readonly allowPrivateAddresses: boolean;
}

/** A monitor that counts requests, such as Healthchecks, Uptime Kuma or Dead Man's Snitch: a 2xx is a heartbeat taken. */
export function createHttpMonitor({ url, method, timeout, allowPrivateAddresses }: HttpMonitorOptions): Monitor {
  const target = new URL(url);
  const closing = new AbortController();
  return {
    async beat() {
      const timer = AbortSignal.timeout(timeout);
      try {
        if (!allowPrivateAddresses) assertNotInternal(target.hostname);
        const signal = AbortSignal.any([timer, closing.signal]);
        assertTaken(await send({ target, method, signal, allowPrivateAddresses }));
      } catch (error) {
        const why = timer.aborted ? `no answer within ${timeout} ms` : messageOf(error);
        throw new Error(`${target.origin}: ${why}`, { cause: error });
      }
    },
    async close() {
      closing.abort();
    },
  };
}

interface Beat extends Pick<HttpMonitorOptions, 'method' | 'allowPrivateAddresses'> {
  readonly target: URL;
  readonly signal: AbortSignal;
}

/** One request over a connection of its own; follows no redirect and reads no body. */
function send({ target, method, signal, allowPrivateAddresses }: Beat): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method,
      headers: { 'User-Agent': 'Fettle', ...(method === 'POST' && { 'Content-Length': '0' }) },
      agent: false,
      signal,
      ...(!allowPrivateAddresses && { lookup: publicLookup }),
    });
    request.on('response', (response) => {
      resolve(response);
      response.destroy();
    });
    request.on('error', reject);
    request.end();
  });
}

function assertTaken({ statusCode = 0 }: IncomingMessage): void {
  if (statusCode >= 200 && statusCode < 300) return;
  const redirected = statusCode >= 300 && statusCode < 400;
  const advice = redirected ? '; redirects are not followed, set heartbeat.url to where it points' : '';
  throw new Error(`answered ${statusCode}${advice}`);
}

/** A connection tried at several addresses fails with an AggregateError whose own message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
