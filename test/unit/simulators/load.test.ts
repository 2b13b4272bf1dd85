import { describe, expect, it } from 'vitest';
import { type LoadOptions, publishLoad } from '../../../simulators/load.ts';
import { createTemplate } from '../../../simulators/loadTemplate.ts';
import { groupBy, plainBroker } from './plainBroker.ts';

const START = 1_760_000_000_000;

function options(url: string, more: Partial<LoadOptions> = {}): LoadOptions {
  return {
    url,
    topicPrefix: 'fettle/bench',
    assets: 7,
    messages: 1000,
    metrics: ['m1', 'm2'],
    inflight: 50,
    connections: 2,
    start: START,
    period: 1000,
    amplitude: 100,
    ...more,
  };
}

describe('publishLoad', () => {
  it('publishes each message once, each asset in order', async () => {
    const broker = await plainBroker();
    const result = await publishLoad(options(broker.url));
    expect(result).toMatchObject({ messages: 1000 });
    expect(result.messagesPerSecond).toBeGreaterThan(0);
    expect(broker.received).toHaveLength(1000);
    const byAsset = groupBy(broker.received, (message) => message.topic);
    expect([...byAsset.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `fettle/bench/load-${n}/telemetry`));
    for (const messages of byAsset.values()) {
      expect(messages.map((message) => message.payload.ts)).toEqual(messages.map((_, index) => START + index * 1000));
      expect(messages[3]!.payload.values).toEqual({ m1: 3, m2: 3 });
    }
  });

  it('keeps to its window', async () => {
    let open = 0;
    let most = 0;
    const broker = await plainBroker(async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
    });
    await publishLoad(options(broker.url, { connections: 1, inflight: 8 }));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('fails when the connection ends before everything was acknowledged', async () => {
    const broker = await plainBroker(() => new Promise(() => undefined));
    const load = publishLoad(options(broker.url));
    setImmediate(function cutLater() {
      if (broker.received.length === 0) setImmediate(cutLater);
      else broker.cut();
    });
    await expect(load).rejects.toThrow(/the connection ended after 0 messages|ECONNRESET|EPIPE/);
  });
});

describe('a template', () => {
  it.each([0, 0.05, 7.25, 99.99, 100, 999.99])('writes %f as JSON reads it', (value) => {
    const template = createTemplate('a/b', ['x', 'y']);
    const target = Buffer.alloc(template.size);
    template.write(target, 0, 77, START, value);
    const payload = target.subarray(target.indexOf('{')).toString();
    expect(JSON.parse(payload)).toEqual({ ts: START, values: { x: value, y: value } });
    expect(target.readUInt16BE(2 + 2 + 3)).toBe(77);
  });

  it('handles packets longer than 127 bytes', async () => {
    const broker = await plainBroker();
    const metrics = Array.from({ length: 40 }, (_, index) => `metric-${index}`);
    await publishLoad(options(broker.url, { metrics, messages: 30 }));
    expect(Object.keys(broker.received[29]!.payload.values)).toEqual(metrics);
  });
});
