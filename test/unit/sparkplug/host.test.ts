import { expect, it } from 'vitest';
import type { DecoderMessage } from '../../../src/pipeline/decoderMessage.ts';
import type { Freed } from '../../../src/pipeline/sessions.ts';
import type { HostLink } from '../../../src/ports/hostLink.ts';
import { SparkplugHost } from '../../../src/sparkplug/host.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { recordLog } from '../../support/recordLog.ts';
import { byAlias, decodeSparkplug, sparkplugPayload } from '../../support/sparkplugEdge.ts';
import { jsonSource } from '../../support/telemetry.ts';

const SOURCE = jsonSource({ id: 'plant', codec: 'sparkplug-b', topic: 'spBv1.0/#' });

/** A connection that only notes what it is told. */
class NotingLink implements HostLink {
  readonly said: string[] = [];

  setOnline(online: boolean): void {
    this.said.push(online ? 'online' : 'offline');
  }

  send(topic: string, payload: Uint8Array): boolean {
    const { metrics } = decodeSparkplug(payload);
    this.said.push(`${topic} ${metrics?.map(({ name, value }) => `${name}=${value}`).join()}`);
    return true;
  }

  async close(): Promise<void> {
    this.said.push('closed');
  }
}

function startHost() {
  const clock = new FakeClock();
  const links = { north: new NotingLink(), south: new NotingLink() };
  const { log, lines } = recordLog();
  const host = new SparkplugHost({
    sources: [SOURCE],
    bounds: { messages: 10, bytes: 10_000 },
    links: () => new Map(Object.entries(links)),
    clock,
    log,
    random: () => 0,
  });
  const freed: Freed[] = [];
  host.start((some) => freed.push(...some));
  return { clock, host, links, lines, freed };
}

const orphan = (brokerId: string): DecoderMessage => ({
  topic: 'spBv1.0/plant/NDATA/edge',
  payload: sparkplugPayload([byAlias(1, 20)], 1),
  receivedAt: Date.UTC(2024, 0, 1),
  brokerId,
});

it('asks an edge node at the broker that brought its message, and tells of it once', async () => {
  const { clock, host, links, lines } = startHost();
  host.hear('plant', orphan('south'), 'live');
  await clock.advance(200);
  expect(links.south.said).toEqual(['spBv1.0/plant/NCMD/edge Node Control/Rebirth=true']);
  expect(links.north.said).toEqual([]);
  expect(lines.map(({ msg, first, reason }) => ({ msg, first, reason }))).toEqual([
    { msg: 'edge nodes were asked for a rebirth', first: 'plant/edge', reason: 'before-birth' },
  ]);
  await host.stop();
});

it('is online at each broker as long as telemetry is heard', () => {
  const { host, links } = startHost();
  host.listening(true);
  host.listening(false);
  expect([links.north.said, links.south.said]).toEqual([
    ['online', 'offline'],
    ['online', 'offline'],
  ]);
});

it('gives back what waits when it stops', async () => {
  const { host, links, freed, clock } = startHost();
  const message = orphan('north');
  expect(host.hear('plant', message, 'live')?.waits).toBe(true);
  expect(host.figures().get('plant')).toMatchObject({ waiting: 1, online: 0 });
  await host.stop();
  expect(freed).toEqual([{ message, how: 'lost' }]);
  expect(links.north.said).toEqual(['closed']);
  expect(clock.pending).toBe(0);
});

it.each([
  ['spBv1.0/STATE/fettle', true],
  ['spBv1.0/plant/NCMD/edge', true],
  ['spBv1.0/plant/DCMD/edge/pump', true],
  ['spBv1.0/plant/NDATA/edge', false],
  ['STATE/pump', false],
  ['plant/NCMD/edge', false],
])('knows whether %s is of the protocol alone: %s', (topic, expected) => {
  expect(startHost().host.isOfProtocol(topic)).toBe(expected);
});
