import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssetEvent } from '../../../src/domain/asset.ts';
import { WHOLE_ASSET } from '../../../src/domain/ids.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import { DAY, HOUR, type Timestamp } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { Asset, inOrder, isEvent, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const day = (days: number) => T0 + days * DAY;
const installed = (at: Timestamp = T0, id = 'i') =>
  makeEvent({ id, type: 'component-installed', componentId: 'part', at });
const closed = (at: number) =>
  makeEvent({
    id: `c${at}`,
    type: 'ticket-closed',
    at: day(at),
    componentId: 'part',
    failureModeId: 'calendar-mode',
    ticketId: 't',
  });
const maintenance = (from: number, until?: number) =>
  makeEvent({ id: `m${from}`, type: 'maintenance', at: day(from), ...(until !== undefined && { until: day(until) }) });

function model(params: Record<string, unknown>, componentId = 'part'): AssetModel {
  const name = { en: 'Part', zh: '部件' };
  const part = { id: 'part', name, part: { number: 'P', leadTime: 5 * DAY }, failureModes: [] };
  return { ...makeModel([], [makeRule('calendar', params, { componentId })]), components: [part] };
}

const asset = (params: Record<string, unknown>) => new Asset(model(params));
const LIFE = { life: '100d' };
const INSPECTION = { inspection: { first: '10d', every: '30d' } };

describe('life by the calendar', () => {
  it('is said as of the moment it follows from, whoever looks first', () => {
    const once = asset(LIFE).takeAll([installed()]).tick(day(200));
    expect(once.findings.map(({ change, severity, time }) => [change, severity, time])).toEqual([
      ['raised', 'warning', day(90)],
      ['escalated', 'critical', day(100)],
    ]);
    const often = asset(LIFE).takeAll([installed()]);
    for (let at = 0; at <= 200; at += 7) often.tick(day(at));
    expect(often.findings).toEqual(once.findings);
    expect(often.fold.state.rules).toEqual(once.fold.state.rules);
    expect(asset(LIFE).takeAll([installed()]).tick(day(89.9)).said).toEqual([]);
  });

  it('goes on from the first day of a part that was in use elsewhere; inspections of its place do not', () => {
    const moved = { ...installed(), age: { since: day(-30) } };
    expect(
      asset(LIFE)
        .takeAll([moved])
        .tick(day(200))
        .findings.map(({ time }) => time),
    ).toEqual([day(60), day(70)]);
    expect(
      asset(INSPECTION)
        .takeAll([moved])
        .tick(day(11))
        .findings.map(({ time }) => time),
    ).toEqual([day(10)]);
  });

  it('by risk is said a lead time and a margin ahead, and earlier where lives differ', () => {
    const raised = (more: Record<string, unknown>) =>
      asset({ ...LIFE, risk: { planningMargin: '9d', levels: [{ probability: 0.3, severity: 'warning' }] }, ...more })
        .takeAll([installed()])
        .tick(day(400)).findings[0]!;
    expect(raised({})).toMatchObject({ time: day(86), severity: 'warning', forecast: { p50: day(100) } });
    const differing = raised({ spread: 0.2 });
    expect(differing.time).toBeLessThan(day(86));
    expect(differing.forecast!.p50).toBeGreaterThan(differing.time + 14 * DAY);
  });

  it('is reset by a new part, whose life begins then, and unknown without a date', () => {
    const part = asset(LIFE).takeAll([installed()]).tick(day(95));
    part.take(makeEvent({ id: 'r', type: 'component-replaced', componentId: 'part', at: day(97) }));
    expect(part.said).toEqual(['raised warning', 'reset warning']);
    expect(part.view(day(107))).toMatchObject({ level: 0, wear: 0.1, forecast: { p50: day(197), basis: 'calendar' } });
    part.tick(day(186.9));
    expect(part.said).toHaveLength(2);
    part.tick(day(187) + 1);
    expect(part.findings.at(-1)).toMatchObject({ change: 'raised', start: day(187) });

    const unknown = asset(LIFE)
      .takeAll([installed(0)])
      .tick(day(5000));
    expect(unknown.said).toEqual([]);
    expect(unknown.view(day(5000))).toEqual({ level: 0, wear: null });
  });

  it('goes by the time of the asset, which a backlog from long ago does not leave', () => {
    const metrics = [{ id: 'level', kind: 'number' as const }];
    const part = new Asset({ ...model(LIFE), metrics });
    part.take(installed());
    const now = day(1000);
    for (let at = 0; at < 80; at++) part.fold.sample(0, day(at), 1, 0, now);
    expect(part.tick(now + DAY).said).toEqual([]);
    expect(part.tick(now + 12 * DAY).findings).toMatchObject([{ change: 'raised', time: day(90) }]);
  });

  it('that ended before a replacement nobody looked at was raised and reset', () => {
    const part = asset(LIFE).takeAll([installed()]);
    part.take(makeEvent({ id: 'r', type: 'component-replaced', componentId: 'part', at: day(150) }));
    expect(part.said).toEqual(['raised warning', 'escalated critical', 'reset critical']);
  });

  it.each([
    { of: 'one that ends', events: [maintenance(85, 95)], raisedAt: 95 },
    { of: 'one that goes on from another', events: [maintenance(85, 91), maintenance(89, 96)], raisedAt: 96 },
    { of: 'a shorter one within another', events: [maintenance(85, 96), maintenance(89, 90)], raisedAt: 96 },
    { of: 'an open one that the next ends', events: [maintenance(85), maintenance(95, 95)], raisedAt: 95 },
    { of: 'one that is over before', events: [maintenance(80, 90)], raisedAt: 90 },
  ])('waits for the end of a maintenance: $of', ({ events, raisedAt }) => {
    const part = asset(LIFE)
      .takeAll([installed(), ...events])
      .tick(day(99));
    expect(part.findings[0]).toMatchObject({ time: day(raisedAt), start: day(90) });
    const early = asset(LIFE)
      .takeAll([installed(), ...events])
      .tick(day(raisedAt) - HOUR);
    expect(early.said).toEqual([]);
  });

  it('is said again when the rule comes to count, though nobody looked before', () => {
    const part = asset(LIFE).takeAll([installed()]);
    part.take(makeEvent({ id: 'z', type: 'rules-changed', at: day(93), ruleIds: ['calendar'] }));
    expect(part.findings.at(-1)).toMatchObject({ change: 'raised', severity: 'warning', time: day(93) });
  });
});

describe('inspections', () => {
  it('fall due on their dates, one at a time, and are settled by closing', () => {
    const part = asset(INSPECTION).takeAll([installed()]).tick(day(9)).tick(day(12)).tick(day(35));
    expect(part.findings.map(({ time, severity }) => [time, severity])).toEqual([[day(10), 'info']]);
    expect(part.view(day(35)).level).toBe(1);
    part.take(closed(36));
    expect(part.view(day(36)).level).toBe(0);
    part.tick(day(45));
    expect(part.findings.at(-1)).toMatchObject({ change: 'raised', time: day(40), start: day(40) });
  });

  it('that were missed are settled together, and an early closing settles nothing', () => {
    const part = asset(INSPECTION)
      .takeAll([installed()])
      .tick(day(100))
      .takeAll([closed(101)])
      .tick(day(129));
    expect(part.said).toEqual(['raised info']);
    part.tick(day(130) + 1);
    expect(part.findings.at(-1)!.time).toBe(day(130));
    const early = asset(INSPECTION)
      .takeAll([installed(), closed(5)])
      .tick(day(11));
    expect(early.said).toEqual(['raised info']);
  });

  it('without a repetition are over with the first', () => {
    const part = asset({ inspection: { first: '10d' } })
      .takeAll([installed()])
      .tick(day(20));
    part.takeAll([closed(21)]).tick(day(2000));
    expect(part.said).toEqual(['raised info']);
  });
});

it('says the same whoever looks when, whatever happens and however often it is restored', () => {
  const moment = fc.integer({ min: 0, max: 400 });
  const events = fc.array(
    fc.record({ at: moment, kind: fc.integer({ min: 0, max: 3 }), length: fc.integer({ min: 1, max: 40 }) }),
    { maxLength: 8 },
  );
  const toEvent = ({ at, kind, length }: { at: number; kind: number; length: number }, place: number): AssetEvent => {
    const id = `e${place}`;
    if (kind === 0) return makeEvent({ id, type: 'maintenance', at: day(at), until: day(at + length) });
    if (kind === 1) return { ...closed(at), id };
    if (kind === 2) return makeEvent({ id, type: 'component-replaced', componentId: 'part', at: day(at) });
    return makeEvent({ id, type: 'maintenance', at: day(at) });
  };
  fc.assert(
    fc.property(fc.constantFrom(LIFE, INSPECTION), events, fc.array(moment), (params, drawn, looks) => {
      const items = inOrder([installed(), ...drawn.map(toEvent)]).filter(isEvent);
      const once = asset(params);
      once.fold.announce(items);
      once.takeAll(items).tick(day(500));
      const often = asset(params);
      often.fold.announce(items);
      const steps = [...items.map((event) => ({ at: event.at, event })), ...looks.map((at) => ({ at: day(at) + 1 }))];
      for (const step of steps.sort((a, b) => a.at - b.at)) {
        if ('event' in step) often.take(step.event as AssetEvent);
        else often.tick(step.at);
        often.restore();
        often.fold.announce(items);
      }
      often.tick(day(500));
      expect(often.findings).toEqual(once.findings);
    }),
  );
});

describe('its check', () => {
  const check = (params: Record<string, unknown>, componentId?: string) => {
    const of = model(params, componentId);
    return ruleKinds.get('calendar')!.check(of.rules[0]!.params, of, of.rules[0]!);
  };

  it.each([
    [{}, ['life']],
    [{ ...LIFE, ...INSPECTION }, ['life']],
    [{ ...INSPECTION, spread: 0.1, risk: {} }, ['spread', 'risk']],
    [{ inspection: { first: '1d', every: '0d' } }, ['inspection.every']],
    [
      {
        ...LIFE,
        levels: [
          { wear: 1, severity: 'info' },
          { wear: 1, severity: 'info' },
        ],
      },
      ['levels.1.wear'],
    ],
  ])('refuses %j', (params, paths) => {
    expect(check(params).map(({ path }) => path)).toEqual(paths);
  });

  it('takes what is right, and nothing for the asset as a whole', () => {
    for (const params of [LIFE, INSPECTION, { ...LIFE, risk: {}, spread: 0.1 }]) expect(check(params)).toEqual([]);
    expect(check(LIFE, WHOLE_ASSET)).toHaveLength(1);
  });
});
