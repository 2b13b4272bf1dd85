import { afterEach, beforeAll, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { type FettleOptions, useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { HISTORY, type Message, type Outcome, outcomeOf, shuffled, T0 } from '../support/rigHistory.ts';

/** In what order the backlog of an asset comes, and how its messages come between those of the others. */
const ORDERS = ['in-order', 'reversed', 'shuffled', 'halves'] as const;
/** A part changed and a maintenance that nobody had entered when the backlog came. */
const CHANGED_AT = T0 + 200 * MINUTE;
const MAINTAINED = { from: T0 + 300 * MINUTE, until: T0 + 330 * MINUTE };

function backlogOf(asset: string, seed: number): readonly Message[] {
  if (asset.startsWith('reversed')) return HISTORY.toReversed();
  if (asset.startsWith('shuffled')) return shuffled(HISTORY, seed);
  if (asset.startsWith('halves')) return [...HISTORY.slice(180), ...HISTORY.slice(0, 180)];
  return HISTORY;
}

/**
 * Six hours of many assets arrive at once, as when a site has its line back: between one another, in order or not.
 * `options`: of the Fettle that takes them.
 */
export function describeBacklog(assetsEach: number, options: () => FettleOptions = () => ({})): void {
  const assets = ORDERS.flatMap((order) => Array.from({ length: assetsEach }, (_, at) => `${order}-${at}`));
  const fettle = useFettle(() => ({
    ...options(),
    assets: ['reference', 'told', ...assets].map((id) => rigAsset(id, T0 - 20 * DAY)),
  }));
  let reference: Outcome;
  let told: Outcome;

  const tell = async (asset: string) => {
    const events = [
      { type: 'component-replaced', componentId: 'filter', at: iso(CHANGED_AT), reading: 900 },
      { type: 'maintenance', at: iso(MAINTAINED.from), until: iso(MAINTAINED.until) },
    ];
    for (const event of events) await fettle.api.post(`/assets/${asset}/events`, event);
  };

  beforeAll(async () => {
    await tell('told');
    for (const asset of ['reference', 'told']) await Promise.all(HISTORY.map((message) => fettle.send(asset, message)));
    reference = await outcomeOf(fettle, 'reference');
    told = await outcomeOf(fettle, 'told');
  });

  afterEach(async () => {
    await fettle.settled();
    expect(fettle.app.ledger.imbalance()).toEqual([]);
    expect(fettle.app.ledger.samples).toMatchObject({ waiting: 0, inFlight: 0, late: 0 });
  });

  it('the references have what a history can bring, and what was told changes it', () => {
    expect(reference.tickets.map(({ failureModeId }) => failureModeId)).toEqual([
      'overheated',
      'empty',
      'clogged',
      'worn',
    ]);
    expect(told.tickets).not.toEqual(reference.tickets);
  });

  it('a backlog comes to what its history does: nothing at once, nothing lost', async () => {
    const backlogs = assets.map((asset, at) => [asset, backlogOf(asset, at)] as const);
    const sent: Promise<void>[] = [];
    for (const at of HISTORY.keys())
      for (const [asset, backlog] of backlogs) sent.push(fettle.send(asset, backlog[at]!));
    await Promise.all(sent);
    for (const asset of assets) expect(await outcomeOf(fettle, asset), asset).toEqual(reference);
    const { samples } = fettle.app.ledger;
    expect(samples.stored).toBe((assets.length + 2) * HISTORY.length * 5);
  });

  it('what is entered afterwards, while samples go on coming, comes to what it would have when told first', async () => {
    const newest = HISTORY.at(-1)!.ts;
    const later = Array.from({ length: 20 }, (_, at) => ({
      ts: newest + (at + 1) * MINUTE,
      temperature: 60,
      running: 'running',
    }));
    const sending = ['told', ...assets].flatMap((asset) => later.map((message) => fettle.send(asset, message)));
    await Promise.all([...sending, ...assets.map(tell)]);
    const wanted = await outcomeOf(fettle, 'told');
    for (const asset of assets) expect(await outcomeOf(fettle, asset), asset).toEqual(wanted);
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
