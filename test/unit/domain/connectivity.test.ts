import { describe, expect, it } from 'vitest';
import { afterReport, type Connectivity, type ConnectivityReport } from '../../../src/domain/connectivity.ts';

const T = Date.UTC(2026, 10, 20, 14, 5);
const said = (state: ConnectivityReport['state'], at: number, change: Partial<ConnectivityReport> = {}) => ({
  ...{ assetId: 'p1', state, at, by: 'lwt', retained: false },
  ...change,
});
const kept = { retained: true };
const known = (...reports: readonly ConnectivityReport[]): Connectivity =>
  reports.reduce<Connectivity | undefined>(afterReport, undefined)!;

describe('connectivity', () => {
  it('begins with the first thing said and goes on while the same is said', () => {
    expect(known(said('online', T), said('online', T + 5, { by: 'other' }))).toEqual({
      assetId: 'p1',
      state: 'online',
      since: T,
      by: 'lwt',
      retained: false,
      asOf: T + 5,
    });
  });

  it('takes the newest for true, in whatever order it comes', () => {
    const reports = [said('online', T), said('offline', T + 5), said('online', T + 9)];
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [0, 2, 1],
    ];
    for (const order of orders) {
      expect(known(...order.map((at) => reports[at]!))).toMatchObject({ state: 'online', asOf: T + 9 });
    }
  });

  it('lets the later one count of two that were said at the same time', () => {
    expect(known(said('offline', T), said('online', T)).state).toBe('online');
  });

  it('takes a retained message where nothing else is known, and anything of a known time before it', () => {
    const now = known(said('offline', T, kept));
    expect(now).toMatchObject({ state: 'offline', since: T, retained: true, asOf: 0 });
    expect(afterReport(now, said('online', T - 60_000))).toMatchObject({ state: 'online', retained: false });
  });

  it('learns nothing from a retained message that says what is known: it may be of any time', () => {
    const now = known(said('online', T));
    expect(afterReport(now, said('online', T + 5, kept))).toBe(now);
  });

  it('takes a retained message that differs for the time being', () => {
    const now = known(said('online', T), said('offline', T + 5, kept));
    expect(now).toMatchObject({ state: 'offline', since: T + 5, retained: true, asOf: T });
    expect(afterReport(now, said('online', T + 6, { by: 'data' }))).toMatchObject({ state: 'online', since: T + 6 });
    // Redelivered: it is older than what was known before.
    expect(afterReport(now, said('offline', T - 1))).toBe(now);
  });

  it('refuses a retained message of before something known', () => {
    const now = known(said('online', T));
    expect(afterReport(now, said('offline', T - 5, kept))).toBe(now);
  });
});
