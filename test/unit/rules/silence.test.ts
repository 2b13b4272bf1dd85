import { describe, expect, it } from 'vitest';
import { reason } from '../../../src/domain/evidence/index.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { Asset, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [{ id: 'status', kind: 'state', codes: { sleeping: 0, idle: 1 } }];

function asset(params: Record<string, unknown> = {}) {
  const rule = makeRule('silence', { after: '2h', ...params });
  return new Asset(makeModel(METRICS, [rule]));
}

const at = (hour: number) => T0 + hour * HOUR;
const heard = (hour: number, now: number, silentFor = now - hour) =>
  [at(now), { lastHeard: at(hour), silentFor: silentFor * HOUR }] as const;

describe('silence', () => {
  it('raises once after so long, with when the asset was last heard, and clears when it is heard again', () => {
    const { findings, said } = asset()
      .tick(...heard(0, 1.9))
      .tick(...heard(0, 2))
      .tick(...heard(0, 5))
      .tick(...heard(6, 6));
    expect(said).toEqual(['raised warning', 'cleared warning']);
    expect(findings[0]).toMatchObject({
      start: at(0),
      time: at(2),
      evidence: { lastHeard: at(0), silentFor: 2 * HOUR },
    });
    expect(findings[1]).toMatchObject({ start: at(0), time: at(6), window: { from: at(0), to: at(6) } });
  });

  it('counts on while the asset is offline by its own word, and says since when', () => {
    const [now, tick] = heard(0, 2);
    const { findings } = asset()
      .tick(now, { ...tick, offlineSince: at(0.5) })
      .tick(...heard(6, 6));
    expect(findings.map(({ change }) => change)).toEqual(['raised', 'cleared']);
    expect(findings[0]!.evidence).toEqual({
      kind: 'silence',
      lastHeard: at(0),
      silentFor: 2 * HOUR,
      offlineSince: at(0.5),
    });
    expect(reason(findings[0]!.evidence, { since: at(0) })).toEqual({
      en: 'Nothing heard since 2024-01-01 00:00 UTC (2 h). It went offline at 2024-01-01 00:30 UTC.',
      zh: '自 2024-01-01 00:00 UTC 起未收到任何数据（2 小时）。设备已于 2024-01-01 00:30 UTC 离线。',
    });
  });

  it('counts only the time in which Fettle listened', () => {
    expect(asset().tick(...heard(0, 100, 1.9)).said).toEqual([]);
  });

  it('does not raise for an asset never heard', () => {
    expect(asset().tick(at(100), { lastHeard: null, silentFor: 0 }).said).toEqual([]);
  });

  it('does not raise while silence is expected', () => {
    const gated = asset({ expectedWhile: { metric: 'status', equals: 'sleeping' } });
    gated.take({ metric: 0, time: at(0), value: 0 });
    expect(gated.tick(...heard(0, 50)).said).toEqual([]);
    gated.take({ metric: 0, time: at(51), value: 1 });
    expect(gated.tick(...heard(51, 53)).said).toEqual(['raised warning']);
  });

  const SHIFT = { zone: 'Europe/Berlin', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '06:00', to: '17:00' };

  it.each([
    // 10 minutes before the end of Friday's shift.
    { last: '2024-01-05T15:50Z', early: '2024-01-08T05:19Z', late: '2024-01-08T05:20Z' },
    // Clocks are put forward on the night to Sunday.
    { last: '2024-03-29T15:40Z', early: '2024-04-01T04:09Z', late: '2024-04-01T04:10Z' },
    // Heard at night.
    { last: '2024-01-09T00:00Z', early: '2024-01-09T05:29Z', late: '2024-01-09T05:30Z' },
  ])('counts only the hours of its schedule: heard at $last, it raises at $late', ({ last, early, late }) => {
    const [lastHeard, before, then] = [last, early, late].map((text) => Date.parse(text)) as [number, number, number];
    const listened = (from: number, to: number) => to - from;
    const shift = asset({ after: '30m', schedule: SHIFT });
    const look = (now: number) => shift.tick(now, { lastHeard, silentFor: now - lastHeard, listened });
    expect(look(before).said).toEqual([]);
    expect(look(then).findings).toMatchObject([{ change: 'raised', time: then, evidence: { silentFor: HOUR / 2 } }]);
  });

  it('counts of its schedule only what Fettle listened to', () => {
    const deafUntil = Date.parse('2024-01-08T05:30Z');
    const lastHeard = Date.parse('2024-01-05T12:00Z');
    const listened = (from: number, to: number) => Math.max(0, to - Math.max(from, deafUntil));
    const shift = asset({ after: '30m', schedule: SHIFT });
    const look = (text: string) =>
      shift.tick(Date.parse(text), { lastHeard, silentFor: listened(lastHeard, Date.parse(text)), listened });
    expect(look('2024-01-08T05:59Z').said).toEqual([]);
    expect(look('2024-01-08T06:00Z').said).toEqual(['raised warning']);
  });

  it('is heard again at night, after the last hours of its schedule', () => {
    const time = (text: string) => Date.parse(`2024-01-08T${text}Z`);
    const listened = (from: number, to: number) => to - from;
    const shift = asset({ after: '2h', deadband: '1h', schedule: SHIFT });
    const look = (last: string, now: string) =>
      shift.tick(time(now), { lastHeard: time(last), silentFor: time(now) - time(last), listened });
    expect(look('06:00', '08:00').said).toEqual(['raised warning']);
    // Of 100 minutes 10 are of the shift, which ends at 16:00.
    expect(look('15:50', '17:30').said).toEqual(['raised warning', 'cleared warning']);
  });

  it('is muted by maintenance and raises or clears after it', () => {
    const quiet = asset();
    quiet.take(makeEvent({ id: 'e1', type: 'maintenance', at: at(1), until: at(10) }));
    expect(quiet.tick(...heard(0, 5)).said).toEqual([]);
    expect(quiet.tick(...heard(0, 10)).said).toEqual(['raised warning']);
  });

  it('clears when the asset is heard again after the clock was put back', () => {
    const { said } = asset()
      .tick(...heard(0, 2))
      .tick(...heard(-3, -3))
      .tick(...heard(-3, -2))
      .tick(...heard(-1, -1));
    expect(said).toEqual(['raised warning', 'cleared warning']);
  });

  it('a receipt of before the clock was put back gives way to the next one', () => {
    const spoken = asset();
    spoken.fold.sample(0, at(0), 1, 0, at(5));
    spoken.tick(at(1), { lastHeard: at(1) });
    spoken.fold.sample(0, at(1), 1, 0, at(2));
    expect(spoken.fold.state.receivedAt).toBe(at(2));
  });

  it('tells two silences apart', () => {
    const { findings } = asset({ severity: 'critical' })
      .tick(...heard(0, 2))
      .tick(...heard(3, 3))
      .tick(...heard(3, 5));
    expect(findings.map(({ change, severity }) => `${change} ${severity}`)).toEqual([
      'raised critical',
      'cleared critical',
      'raised critical',
    ]);
    expect(new Set(findings.map(({ key }) => key)).size).toBe(3);
  });

  it('shows its level, also after a restart', () => {
    const silent = asset().tick(...heard(0, 2));
    expect(silent.view(T0).level).toBe(2);
    silent.restore();
    expect(silent.view(T0).level).toBe(2);
    expect(silent.tick(...heard(0, 3)).said).toEqual(['raised warning']);
  });
});
