import { describe, expect, it } from 'vitest';
import type { PresenceDefinition } from '../../../src/domain/presence.ts';
import type { Decoder } from '../../../src/pipeline/decode.ts';
import { withPresence } from '../../../src/pipeline/presence.ts';
import { random as drawn } from '../../support/random.ts';
import { fleetOfPump } from '../../support/telemetry.ts';

const NOW = Date.UTC(2026, 10, 20, 14, 5);
const INNER = { sourceId: 'inner', samples: [], rejections: [] };
const inner: Decoder = { prepare: () => undefined, decode: () => INNER, decodePast: () => INNER };

function make(change: Partial<PresenceDefinition> = {}) {
  const fleet = fleetOfPump('p1');
  fleet.setBindings([{ deviceId: 'plug-7', assetId: 'p1', from: NOW - 1000 }]);
  const definition = { id: 'lwt', topic: 'tele/{device}/LWT', online: ['online'], offline: ['offline'], ignore: [] };
  const decoder = withPresence(inner, [{ ...definition, ...change }], fleet);
  return (payload: string | Buffer, { topic = 'tele/plug-7/LWT', retain = false } = {}) =>
    decoder.decode({ topic, payload: Buffer.from(payload), receivedAt: NOW, retain });
}

const said = (state: 'online' | 'offline', change: object = {}) => [
  { assetId: 'p1', state, at: NOW, by: 'lwt', retained: false, ...change },
];

describe('presence', () => {
  it.each([
    ['Online', 'online'],
    ['Offline', 'offline'],
    [' online\n', 'online'],
  ] as const)('takes the word of Tasmota, %j', (payload, state) => {
    expect(make()(payload)).toEqual({ sourceId: 'lwt', samples: [], rejections: [], connectivity: said(state) });
  });

  it('marks what the broker had kept', () => {
    expect(make()('offline', { retain: true }).connectivity).toEqual(said('offline', { retained: true }));
  });

  it('finds the word in JSON, as of Zigbee2MQTT', () => {
    const zigbee = make({ topic: 'zigbee2mqtt/{asset}/availability', field: 'state' });
    const topic = 'zigbee2mqtt/p1/availability';
    expect(zigbee('{"state":"offline"}', { topic }).connectivity).toEqual(said('offline'));
    const nested = make({ field: 'device.up', online: ['true'], offline: ['false'] });
    expect(nested('{"device":{"up":false}}').connectivity).toEqual(said('offline'));
    expect(nested('{"device.up":true}').connectivity).toEqual(said('online'));
  });

  it('takes the time where the payload has one, of a retained message too', () => {
    const stamped = make({ field: 's', timeField: 't' });
    const at = NOW - 60_000;
    const payload = JSON.stringify({ s: 'online', t: new Date(at).toISOString() });
    // The device was bound to nobody then.
    expect(stamped(payload).rejections[0]).toMatchObject({ reason: 'unknown-asset' });
    const own = make({ topic: 'a/{asset}', field: 's', timeField: 't' });
    expect(own(payload, { topic: 'a/p1', retain: true }).connectivity).toEqual(said('online', { at }));
    expect(own('{"s":"offline"}', { topic: 'a/p1' }).connectivity).toEqual(said('offline'));
    const ahead = JSON.stringify({ s: 'online', t: NOW + 600_000 });
    expect(own(ahead, { topic: 'a/p1' }).rejections[0]).toMatchObject({ reason: 'future-time' });
  });

  it('says nothing by words to be ignored, nor by the empty message that ends a retained one', () => {
    const homie = make({ online: ['ready', 'alert'], offline: ['disconnected', 'lost'], ignore: ['init', 'sleeping'] });
    for (const payload of ['init', '']) {
      expect(homie(payload)).toEqual({ sourceId: 'lwt', samples: [], rejections: [] });
    }
    expect(homie('lost').connectivity).toEqual(said('offline'));
  });

  it('refuses what it does not know, and says what would do', () => {
    expect(make()('gone').rejections).toMatchObject([
      { reason: 'unknown-code', detail: 'the payload is "gone"; expected one of offline, online' },
    ]);
    const json = make({ field: 'state' });
    expect(json('offline').rejections).toMatchObject([{ reason: 'malformed' }]);
    expect(json('{}').rejections).toMatchObject([
      { reason: 'unexpected-shape', detail: expect.stringContaining('state is nothing') },
    ]);
    expect(json('{"state":{}}').rejections).toMatchObject([{ reason: 'unexpected-shape' }]);
    expect(make()('x'.repeat(70_000)).rejections).toMatchObject([{ reason: 'payload-too-large' }]);
    expect(make()('online', { topic: 'tele/other/LWT' }).rejections).toMatchObject([{ reason: 'unknown-asset' }]);
    expect(make()('online', { topic: 'tele/a\\/LWT' }).rejections).toMatchObject([{ reason: 'invalid-id' }]);
  });

  it('knows an asset by its device id where no binding is, as those that registered themselves', () => {
    expect(make()('online', { topic: 'tele/p1/LWT' }).connectivity).toEqual(said('online'));
  });

  it('leaves other topics to the sources, those of another broker too', () => {
    expect(make()('online', { topic: 'tele/plug-7/STATE' }).sourceId).toBe('inner');
    expect(withPresence(inner, [], fleetOfPump('p1'))).toBe(inner);
  });

  it('never throws, whatever comes', () => {
    const random = drawn(7);
    const decode = make({ field: 'a.b', timeField: 't' });
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from('{"a":{"b":"online"},"t":1795183500}');
      for (let at = 0; at < 4; at++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const { connectivity = [], rejections } = decode(bytes);
      expect(connectivity.length + rejections.length).toBe(1);
    }
  });
});
