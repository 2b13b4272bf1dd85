import { describe, expect, it } from 'vitest';
import type { Connectivity, ConnectivityReport } from '../../../src/domain/connectivity.ts';
import { Connections } from '../../../src/pipeline/connections.ts';
import type { RegistryNote } from '../../../src/pipeline/registryNotes.ts';
import { fleetOfPump } from '../../support/telemetry.ts';

const T = Date.UTC(2026, 10, 20, 14, 5);
const said = (state: ConnectivityReport['state'], at: number, change: Partial<ConnectivityReport> = {}) => ({
  ...{ assetId: 'p1', state, at, by: 'lwt', retained: false },
  ...change,
});

function make({ shared = false, rows = [] as readonly Connectivity[] } = {}) {
  const fleet = fleetOfPump('p1');
  const saved: RegistryNote[] = [];
  const failures: Error[] = [];
  const notes = {
    add: async (more: readonly RegistryNote[]) => {
      const failure = failures.shift();
      if (failure) throw failure;
      saved.push(...more);
    },
  };
  const database = { connectivity: { changedSince: async () => ({ now: T, rows }) } };
  const connections = new Connections({ database: database as never, fleet, notes, shared });
  return { connections, tracked: fleet.get('p1')!, saved, failures };
}

describe('connections', () => {
  it('knows at once what was said, and saves it when it is asked to', async () => {
    const { connections, tracked, saved } = make();
    connections.take([said('online', T), said('offline', T + 1)]);
    expect(tracked.offlineSince).toBe(T + 1);
    expect(connections.counts).toEqual({ online: 0, offline: 1 });
    expect(connections.hasUnsaved).toBe(true);
    await connections.persist();
    expect(connections.hasUnsaved).toBe(false);
    expect(saved).toEqual([{ connectivity: said('online', T) }, { connectivity: said('offline', T + 1) }]);
  });

  it('keeps for the next time what could not be saved, in its order', async () => {
    const { connections, saved, failures } = make();
    failures.push(new Error('full'));
    connections.take([said('online', T)]);
    const saving = connections.persist();
    connections.take([said('offline', T + 1)]);
    await expect(saving).rejects.toThrow('full');
    expect(connections.hasUnsaved).toBe(true);
    await connections.persist();
    expect(saved.map((note) => 'connectivity' in note && note.connectivity.at)).toEqual([T, T + 1]);
  });

  it('counts as unsaved while a saving is under way', async () => {
    const { connections } = make();
    connections.take([said('online', T)]);
    const saving = connections.persist();
    await Promise.resolve();
    expect(connections.hasUnsaved).toBe(true);
    await saving;
    expect(connections.hasUnsaved).toBe(false);
  });

  it('takes telemetry after an offline as proof that it is online', () => {
    const { connections, tracked } = make();
    connections.take([said('offline', T)]);
    connections.heard('p1', T);
    expect(tracked.connectivity?.state).toBe('offline');
    connections.heard('p1', T + 1);
    expect(tracked.connectivity).toMatchObject({ state: 'online', since: T + 1, by: 'data' });
  });

  it('takes it as proof against a retained offline too', () => {
    const { connections, tracked } = make();
    connections.take([said('offline', T, { retained: true })]);
    expect(tracked.offlineSince).toBeUndefined();
    connections.heard('p1', T + 1);
    expect(tracked.connectivity?.state).toBe('online');
  });

  it('does not, where nodes share the messages, of what may have been sent before', () => {
    const { connections, tracked } = make({ shared: true });
    connections.take([said('offline', T)]);
    connections.heard('p1', T + 1999);
    expect(tracked.connectivity?.state).toBe('offline');
    connections.heard('p1', T + 2001);
    expect(tracked.connectivity?.state).toBe('online');
  });

  it('says nothing of an asset of which nothing was said', () => {
    const { connections, tracked } = make();
    connections.heard('p1', T);
    expect(tracked.connectivity).toBeUndefined();
    expect(connections.hasUnsaved).toBe(false);
  });

  it('takes over what other nodes heard, but for what it has not saved itself', async () => {
    const row: Connectivity = { assetId: 'p1', state: 'offline', since: T, by: 'lwt', retained: false, asOf: T };
    const { connections, tracked } = make({ rows: [row] });
    await connections.refresh();
    expect(tracked.offlineSince).toBe(T);
    connections.take([said('online', T + 5)]);
    await connections.refresh();
    expect(tracked.connectivity?.state).toBe('online');
  });
});
