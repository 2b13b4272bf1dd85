import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/codecs/codec.ts';
import { SPARKPLUG_DEFAULTS } from '../../../src/domain/source.ts';
import type { DecoderMessage } from '../../../src/pipeline/decoderMessage.ts';
import type { Handling, Heard } from '../../../src/pipeline/sessions.ts';
import { EdgeNodes } from '../../../src/sparkplug/edgeNodes.ts';
import { byAlias, deathPayload, metric, sparkplugPayload } from '../../support/sparkplugEdge.ts';

const T0 = Date.UTC(2026, 0, 1);

function rig({ messages = 10, request = true, maxBirthBytes = 1_000_000 } = {}) {
  let now = 0;
  const rebirth = { ...SPARKPLUG_DEFAULTS.rebirth, request };
  const edges = new EdgeNodes({
    options: { ...SPARKPLUG_DEFAULTS, rebirth },
    bounds: { messages, bytes: 10_000 },
    elapsed: () => now,
    random: () => 0.5,
    maxBirthBytes,
  });
  const message = (type: string, payload: Buffer, device?: string): DecoderMessage => ({
    topic: `spBv1.0/plant/${type}/edge${device === undefined ? '' : `/${device}`}`,
    payload,
    receivedAt: T0 + now,
  });
  return {
    edges,
    message,
    hear: (type: string, payload: Buffer, device?: string) => edges.hear(message(type, payload, device), 'live'),
    birth: (bdSeq: number, seq = 0, alias = 1) =>
      edges.hear(
        message('NBIRTH', sparkplugPayload([metric('bdSeq', undefined, bdSeq), metric('temperature', alias, 20)], seq)),
        'live',
      ),
    pass: (duration: number) => {
      now += duration;
      return edges.tick(() => true);
    },
  };
}

/** Values by name, and the reasons of what was refused. */
function said({ items, waits }: Heard): unknown {
  if (waits) return 'waits';
  return items.map((item) => (isRefusal(item) ? item.reason : { ...item.values }));
}

const data = (seq: number, value = 21, alias = 1) => sparkplugPayload([byAlias(alias, value)], seq);

describe('data', () => {
  it('are called by the names of the birth, with its datatypes and units', () => {
    const { hear } = rig();
    const properties = { engUnit: { type: 'String' as const, value: 'bar' } };
    hear('NBIRTH', sparkplugPayload([{ ...metric('p', 7, 1), type: 'Int16', value: 1, properties }], 0));
    // One metric of alias 7 with int_value 65535 and without a datatype; seq 1.
    const { items } = hear('NDATA', Buffer.from([0x12, 6, 0x10, 7, 0x50, 0xff, 0xff, 0x03, 0x18, 1]));
    expect(items).toMatchObject([{ values: { p: -1 }, units: { p: 'bar' }, subject: 'plant/edge' }]);
  });

  it('before their birth wait for it, and are read when it has come', () => {
    const { hear, birth, edges } = rig();
    expect(said(hear('NDATA', data(5)))).toBe('waits');
    const { freed } = birth(1);
    expect(freed).toMatchObject([{ how: 'held' }]);
    expect(said(edges.hear(freed![0]!.message, 'held'))).toEqual([{ temperature: 21 }]);
  });

  it('of a device wait for the birth of that device', () => {
    const { hear, birth, edges } = rig();
    birth(1);
    expect(said(hear('DDATA', data(2), 'pump'))).toBe('waits');
    expect(birth(1).freed).toEqual([]);
    const { freed } = hear('DBIRTH', sparkplugPayload([metric('pressure', 1, 3)], 1), 'pump');
    expect(freed!.map(({ message, how }) => said(edges.hear(message, how)))).toEqual([[{ pressure: 21 }]]);
  });

  it('are refused when no birth comes in time', () => {
    const { hear, pass, edges } = rig();
    hear('NDATA', data(5));
    expect(pass(59_000).freed).toEqual([]);
    const { freed } = pass(1000);
    expect(freed.map(({ message, how }) => said(edges.hear(message, how)))).toEqual([['unknown-alias']]);
  });

  it('are never read by the births of another session', () => {
    const { hear, birth, edges } = rig();
    hear('NDATA', data(5));
    const { freed } = hear('NDEATH', deathPayload(1));
    birth(2);
    expect(freed!.map(({ message, how }) => said(edges.hear(message, how)))).toEqual([['unknown-alias']]);
  });

  it('that waited when an unseen session began are refused', () => {
    const { hear, birth, edges } = rig();
    birth(1);
    expect(said(hear('NDATA', data(1, 21, 9)))).toBe('waits');
    const { freed } = birth(2, 0, 9);
    expect(freed!.map(({ message, how }) => said(edges.hear(message, how)))).toEqual([['unknown-alias']]);
  });

  it('that name their metrics need no birth, but one is asked for', () => {
    const { hear, pass } = rig();
    expect(said(hear('NDATA', sparkplugPayload([metric('temperature', undefined, 21)], 3)))).toEqual([
      { temperature: 21 },
    ]);
    expect(pass(5000).requests).toMatchObject([{ group: 'plant', node: 'edge', reason: 'before-birth' }]);
  });

  it('beyond the bounds do not wait', () => {
    const { hear } = rig({ messages: 1 });
    expect(said(hear('NDATA', data(5)))).toBe('waits');
    expect(said(hear('NDATA', data(6)))).toEqual(['unknown-alias']);
  });

  it('of QoS 1 do not wait: those that the broker still holds back could be the birth', () => {
    const { edges, message } = rig();
    expect(said(edges.hear({ ...message('NDATA', data(5)), qos: 1 }, 'live'))).toEqual(['unknown-alias']);
  });

  it('kept as a dead letter are read by the births of their session, and change nothing', () => {
    const { hear, birth, edges, message, pass } = rig();
    birth(1);
    const letter = message('NDATA', data(200));
    expect(said(edges.hear(letter, 'kept'))).toEqual([{ temperature: 21 }]);
    edges.hear(message('NBIRTH', sparkplugPayload([metric('other', 1, 1)], 9)), 'kept');
    expect(said(hear('NDATA', data(1)))).toEqual([{ temperature: 21 }]);
    pass(10);
    hear('NDEATH', deathPayload(1));
    birth(2);
    expect(said(edges.hear(letter, 'kept'))).toEqual(['unknown-alias']);
  });

  it('that a broker retained say nothing of the session', () => {
    const { edges, message, hear } = rig();
    edges.hear({ ...message('NBIRTH', sparkplugPayload([metric('old', 1, 1)], 0)), retain: true }, 'live');
    expect(said(hear('NDATA', data(1)))).toBe('waits');
  });
});

describe('numbers', () => {
  it('may come in any order within the reorder timeout, and values are read at once', () => {
    const { hear, birth, pass } = rig();
    birth(1);
    for (const seq of [2, 3, 1]) expect(said(hear('NDATA', data(seq)))).toEqual([{ temperature: 21 }]);
    expect(pass(10_000).requests).toEqual([]);
  });

  it('that stay missing lead to a request for a rebirth after the timeout, over the wrap as well', () => {
    const { hear, birth, pass, edges } = rig();
    birth(1, 254);
    hear('NDATA', data(255));
    hear('NDATA', data(1));
    expect(pass(1999).requests).toEqual([]);
    expect(pass(1).requests).toMatchObject([{ reason: 'gap' }]);
    expect(edges.figures).toMatchObject({ gaps: 1, rebirthRequests: 1 });
    birth(1);
    hear('NDATA', data(1));
    expect(pass(60_000).requests).toEqual([]);
  });

  it('are shared by a node and its devices', () => {
    const { hear, birth, pass } = rig();
    birth(1);
    hear('DBIRTH', sparkplugPayload([metric('pressure', 1, 3)], 1), 'pump');
    hear('NDATA', data(2));
    hear('DDATA', data(3), 'pump');
    hear('DDEATH', sparkplugPayload([], 4), 'pump');
    hear('NDATA', data(5));
    expect(pass(10_000).requests).toEqual([]);
  });

  it('that come twice are no gap', () => {
    const { hear, birth, pass } = rig();
    birth(1);
    for (const seq of [1, 1, 2, 1]) hear('NDATA', data(seq));
    expect(pass(10_000).requests).toEqual([]);
  });
});

describe('requests', () => {
  it('come with jitter, then in intervals that double, until the birth', () => {
    const { hear, birth, pass } = rig();
    hear('NDATA', data(5));
    const at: number[] = [];
    for (let second = 0.5; second <= 80; second += 0.5) if (pass(500).requests.length > 0) at.push(second);
    expect(at).toEqual([2.5, 12.5, 32.5, 72.5]);
    birth(1);
    expect(pass(1_000_000).requests).toEqual([]);
  });

  it('are as rare to a node that errs again after each birth', () => {
    const { hear, birth, pass } = rig();
    let asked = 0;
    for (let second = 0; second < 100; second++) {
      if (second % 3 === 0) birth(1);
      else hear('NDATA', data(second % 3 === 1 ? 7 : 50));
      asked += pass(1000).requests.length;
    }
    expect(asked).toBeLessThanOrEqual(5);
  });

  it('can be switched off', () => {
    const { hear, pass } = rig({ request: false });
    hear('NDATA', data(5));
    expect(pass(50_000).requests).toEqual([]);
  });
});

describe('deaths', () => {
  it('of the session take the node and its devices offline', () => {
    const { hear, birth } = rig();
    expect(birth(7).presence).toMatchObject([{ subject: 'plant/edge', online: true }]);
    hear('DBIRTH', sparkplugPayload([metric('pressure', 1, 3)], 1), 'pump');
    expect(hear('NDEATH', deathPayload(7)).presence).toMatchObject([
      { subject: 'plant/edge', online: false },
      { subject: 'plant/edge/pump', online: false },
    ]);
  });

  it('of an earlier session are ignored', () => {
    const { hear, birth, edges } = rig();
    birth(8);
    expect(hear('NDEATH', deathPayload(7))).toEqual({ items: [] });
    expect(said(hear('NDATA', data(1)))).toEqual([{ temperature: 21 }]);
    expect(edges.figures.staleDeaths).toBe(1);
  });

  it('that were not heard take the devices of the session with them', () => {
    const { hear, birth } = rig();
    birth(1);
    hear('DBIRTH', sparkplugPayload([metric('pressure', 1, 3)], 1), 'pump');
    expect(birth(2).presence).toMatchObject([
      { subject: 'plant/edge', online: true },
      { subject: 'plant/edge/pump', online: false },
    ]);
  });

  it('of a device leave the node online', () => {
    const { hear, birth } = rig();
    birth(1);
    hear('DBIRTH', sparkplugPayload([metric('pressure', 1, 3)], 1), 'pump');
    expect(hear('DDEATH', sparkplugPayload([], 2), 'pump').presence).toMatchObject([
      { subject: 'plant/edge/pump', online: false },
    ]);
    expect(said(hear('NDATA', data(3)))).toEqual([{ temperature: 21 }]);
    expect(said(hear('DDATA', data(4), 'pump'))).toBe('waits');
  });
});

it('counts what births hold once, however often devices are born and die', () => {
  const { hear, birth, edges } = rig({ maxBirthBytes: 10_000 });
  birth(1);
  const device = (seq: number) => sparkplugPayload([metric('pressure', 1, 3)], seq);
  for (let seq = 1; seq < 200; seq++) hear('DBIRTH', device(seq), 'pump');
  expect(edges.figures.online).toBe(1);
  for (let round = 0; round < 50; round++) {
    hear('DDEATH', sparkplugPayload([], 200), 'pump');
    hear('DBIRTH', device(201), 'pump');
    expect(edges.figures.online).toBe(1);
    birth(2 + round);
  }
  hear('DBIRTH', device(1), 'pump');
  expect(said(hear('DDATA', data(2), 'pump'))).toEqual([{ pressure: 21 }]);
});

it('remembers nobody whose name could be no asset, and no name of any length', () => {
  const { edges, message, hear } = rig();
  const node = 'n'.repeat(2000);
  const topic = `spBv1.0/plant/NBIRTH/${node}`;
  edges.hear({ ...message('NBIRTH', sparkplugPayload([metric('t', 1, 1)], 0)), topic }, 'live');
  expect(edges.figures.online).toBe(0);
  const long = 'm'.repeat(300_000);
  expect(said(hear('NBIRTH', sparkplugPayload([metric(long, 1, 1), metric('t', 2, 20)], 0)))).toEqual([
    { t: 20 },
    'unexpected-shape',
  ]);
  expect(said(hear('NDATA', data(1)))).toEqual(['unexpected-shape']);
});

it('asks again at once where a request could not be sent', () => {
  const { edges, hear, pass } = rig();
  hear('NDATA', data(5));
  pass(2400);
  const now = 2500;
  expect(pass(now - 2400 - 1).requests).toEqual([]);
  expect(edges.tick(() => false).requests).toEqual([]);
  expect(edges.figures.rebirthRequests).toBe(0);
  expect(pass(1).requests).toHaveLength(1);
  expect(edges.figures.rebirthRequests).toBe(1);
});

it('forgets who was silent for the longest once births hold too much', () => {
  const { edges, message } = rig({ maxBirthBytes: 22_000 });
  const many = (count: number) =>
    sparkplugPayload(
      Array.from({ length: count }, (_, alias) => metric(`m${alias}`, alias, 1)),
      0,
    );
  const hear = (type: string, node: string, payload: Buffer) =>
    edges.hear({ ...message(type, payload), topic: `spBv1.0/plant/${type}/${node}` }, 'live');
  for (const node of ['a', 'b', 'c']) hear('NBIRTH', node, many(40));
  expect(said(hear('NDATA', 'c', data(1)))).toEqual([{ m1: 21 }]);
  expect(said(hear('NDATA', 'b', data(1)))).toEqual([{ m1: 21 }]);
  expect(said(hear('NDATA', 'a', data(1)))).toBe('waits');
  hear('NBIRTH', 'd', many(110));
  expect(edges.figures.online).toBe(0);
});

it('survives messages of any kind in any order, and gives back each that waited exactly once', () => {
  const step = fc.record({
    type: fc.constantFrom('NBIRTH', 'NDATA', 'DBIRTH', 'DDATA', 'NDEATH', 'DDEATH'),
    device: fc.constantFrom('a', 'b'),
    seq: fc.nat(300),
    bdSeq: fc.nat(2),
    alias: fc.nat(3),
    later: fc.nat(30_000),
    flip: fc.option(fc.record({ at: fc.nat(60), to: fc.nat(255) }), { freq: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { edges, message, pass } = rig();
      const waiting = new Set<DecoderMessage>();
      const give = (freed: readonly { message: DecoderMessage; how: Handling }[] = []) => {
        for (const one of freed) {
          expect(waiting.delete(one.message)).toBe(true);
          expect(edges.hear(one.message, one.how).waits).toBeUndefined();
        }
      };
      for (const { type, device, seq, bdSeq, alias, later, flip } of steps) {
        const metrics = type.endsWith('DATA')
          ? [byAlias(alias, 1)]
          : [metric('bdSeq', undefined, bdSeq), metric('temperature', alias, 20)];
        const payload = sparkplugPayload(metrics, seq);
        if (flip) payload[flip.at % payload.length] = flip.to;
        const one = message(type, payload, type.startsWith('D') ? device : undefined);
        const heard = edges.hear(one, 'live');
        if (heard.waits) waiting.add(one);
        give(heard.freed);
        give(pass(later).freed);
      }
      give(edges.giveUp());
      expect(waiting.size).toBe(0);
      expect(edges.figures.waiting).toBe(0);
    }),
    { numRuns: 300 },
  );
});
