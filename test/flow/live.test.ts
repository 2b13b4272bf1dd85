import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { EventStream } from '../support/eventStream.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { API_KEY, writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const ASSETS = ['one', 'two', 'three'];

const follow = (fettle: TestFettle, lastId?: string) =>
  EventStream.open(`${fettle.app.url}/api/v1/live`, API_KEY, lastId);
const ready = (stream: EventStream) => until('ready', () => stream.events.some(({ event }) => event === 'ready'));
/** What was told of tickets: version and status. */
const told = (stream: EventStream) =>
  stream.events
    .filter(({ event }) => event === 'ticket')
    .map(({ data }) => JSON.parse(data) as { id: string; assetId: string; version: number; status: string });
const shown = (stream: EventStream) =>
  told(stream).map(({ assetId, version, status }) => `${assetId} ${version} ${status}`);

async function overheat(fettle: TestFettle, asset: string): Promise<string> {
  for (const [at, temperature] of [82, 83, 84].entries())
    await fettle.send(asset, { ts: T0 + at * MINUTE, temperature });
  await fettle.settled();
  return (await fettle.ticket(asset)).id;
}

describe('live', () => {
  it('tells of tickets, assets and findings; who comes back gets what it missed, once, also after a restart', async () => {
    const folder = tempFolder();
    writeInstallation(folder, { assets: ASSETS.map((id) => rigAsset(id, T0 - 5 * DAY)) });
    const fettle = await startFettle({ folder });
    const [staying, leaving] = [await follow(fettle), await follow(fettle)];
    await Promise.all([ready(staying), ready(leaving)]);

    const one = await overheat(fettle, 'one');
    await until('the ticket', () => told(leaving).length > 0);
    await until('health', () =>
      staying.events.some(({ event, data }) => event === 'asset' && data.includes('"health"')),
    );
    expect(staying.events.map(({ event }) => event)).toContain('finding');
    await leaving.leave();
    const lastId = leaving.events.at(-1)!.id;

    await fettle.api.post(`/tickets/${one}/transition`, { to: 'acknowledged' });
    await until('the change', () => shown(staying).some((line) => line.endsWith('acknowledged')));
    await overheat(fettle, 'two');
    await until('the second ticket', () => told(staying).some(({ assetId }) => assetId === 'two'));

    const back = await follow(fettle, lastId);
    await ready(back);
    const events = back.events.map(({ event, data }) => `${event} ${data}`);
    expect(new Set(events).size).toBe(events.length);
    expect([...shown(leaving), ...shown(back)]).toEqual(shown(staying));
    await fettle.stop();
    await Promise.all([staying.ended, back.ended]);

    const again = await startFettle({ folder });
    await overheat(again, 'three');
    const after = await follow(again, staying.events.at(-1)!.id);
    await ready(after);
    expect(told(after).map(({ assetId }) => assetId)).toEqual(['three']);
    const fresh = await follow(again);
    await ready(fresh);
    expect(fresh.events).toHaveLength(1);
    const lost = await follow(again, 'nonsense');
    await until('reset', () => lost.events.some(({ event }) => event === 'reset'));
    await again.stop();
  });
});
