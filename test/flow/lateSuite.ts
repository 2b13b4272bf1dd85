import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import {
  HISTORY,
  type Message,
  MINUTES,
  NOW,
  type Outcome,
  outcomeOf as outcomeOfAsset,
  shuffled,
  T0,
} from '../support/rigHistory.ts';

const CHANGED_AT = T0 + 200 * MINUTE;

const WAYS = [
  'reference',
  'shuffled',
  'held-back',
  'twice',
  'rewritten',
  'burst',
  'array',
  'metric-by-metric',
] as const;
const OTHERS = ['told-first', 'told-last', 'told-between', 'ancient', 'taken-back', 'newest', 'daily', 'not-cleared'];

/** The same whether assessed in hand or from notes. `config`: options of fettle.yaml beside the usual ones. */
export function describeLate(config: Readonly<Record<string, unknown>>): void {
  const fettle = useFettle(() => ({
    config,
    assets: [...WAYS, ...OTHERS].map((id) => rigAsset(id, T0 - 20 * DAY)),
  }));

  afterEach(async () => {
    await fettle.settled();
    expect(fettle.app.ledger.imbalance()).toEqual([]);
    expect(fettle.app.ledger.samples.waiting).toBe(0);
  });

  async function send(asset: string, messages: readonly Message[], chunk = 60): Promise<void> {
    for (let from = 0; from < messages.length; from += chunk) {
      await Promise.all(messages.slice(from, from + chunk).map((message) => fettle.send(asset, message)));
    }
  }

  const outcomeOf = (asset: string) => outcomeOfAsset(fettle, asset);

  let reference: Outcome;

  it('the reference: in order', async () => {
    await send('reference', HISTORY);
    reference = await outcomeOf('reference');
    expect(reference.tickets.map(({ failureModeId, status }) => [failureModeId, status])).toEqual([
      ['overheated', 'open'],
      ['empty', 'closed'],
      ['clogged', 'resolved'],
      ['worn', 'open'],
    ]);
    expect(reference.findings.filter(({ change }) => change === 'raised').length).toBeGreaterThan(5);
  });

  describe('the same history comes to the same', () => {
    it('in shuffled chunks', async () => {
      await send('shuffled', shuffled(HISTORY, 1), 40);
      expect(await outcomeOf('shuffled')).toEqual(reference);
    });

    it('with samples that come late', async () => {
      await send(
        'held-back',
        HISTORY.filter((_, at) => at % 7 !== 3),
      );
      await send(
        'held-back',
        shuffled(
          HISTORY.filter((_, at) => at % 7 === 3),
          3,
        ),
      );
      expect(await outcomeOf('held-back')).toEqual(reference);
    });

    it('with every message twice', async () => {
      const { messages } = fettle.app.ledger;
      const before = messages.duplicate;
      await send('twice', [...HISTORY.flatMap((message) => [message, message]), ...HISTORY]);
      expect(await outcomeOf('twice')).toEqual(reference);
      expect(messages.duplicate - before).toBe(2 * MINUTES);
    });

    it('with values that are put right later', async () => {
      const wrong = HISTORY.map((message, at) =>
        at % 50 === 20 ? { ...message, temperature: 99, pressure: 12 } : message,
      );
      await send('rewritten', wrong);
      await send(
        'rewritten',
        HISTORY.filter((_, at) => at % 50 === 20),
      );
      expect(await outcomeOf('rewritten')).toEqual(reference);
    });

    it('in one burst', async () => {
      await Promise.all(HISTORY.map((message) => fettle.send('burst', message)));
      expect(await outcomeOf('burst')).toEqual(reference);
    });

    it('in one message', async () => {
      await fettle.send('array', HISTORY);
      expect(await outcomeOf('array')).toEqual(reference);
    });

    it('metric after metric', async () => {
      for (const metric of ['pressure', 'ink', 'hours', 'temperature', 'running']) {
        await fettle.send(
          'metric-by-metric',
          HISTORY.map((message) => ({ ts: message.ts, [metric]: message[metric] })),
        );
      }
      expect(await outcomeOf('metric-by-metric')).toEqual(reference);
    });
  });

  describe('a part change', () => {
    const change = (asset: string) =>
      fettle.api.post(`/assets/${asset}/events`, {
        type: 'component-replaced',
        componentId: 'filter',
        at: new Date(CHANGED_AT).toISOString(),
        reading: 900,
      });

    it('comes to the same whenever it is entered', async () => {
      await change('told-first');
      await send('told-first', HISTORY);
      await send('told-last', HISTORY);
      await fettle.settled();
      await change('told-last');
      await send('told-between', HISTORY.slice(0, 220));
      await change('told-between');
      await send('told-between', HISTORY.slice(220));
      const first = await outcomeOf('told-first');
      const filter = first.state.components.find(({ componentId }) => componentId === 'filter');
      expect(filter!.used).toBeCloseTo(897 + (MINUTES - 1) / 60 - 900, 6);
      expect(await outcomeOf('told-last')).toEqual(first);
      expect(await outcomeOf('told-between')).toEqual(first);
    });
  });

  it('what comes after the horizon is stored and counted, not assessed', async () => {
    await send('ancient', HISTORY);
    await fettle.settled();
    const { samples } = fettle.app.ledger;
    const before = { ...samples };
    const ancient = HISTORY.slice(0, 100).map((message) => ({ ...message, ts: message.ts - 9 * DAY, temperature: 99 }));
    await send('ancient', ancient);
    expect(await outcomeOf('ancient')).toEqual(reference);
    expect(samples.late - before.late).toBe(500);
    expect(samples.stored - before.stored).toBe(500);
    expect(samples.assessed).toBe(before.assessed);
  });

  describe('a finding that later data refute', () => {
    it('is taken back, and its ticket says so', async () => {
      const crossing = [82, 84, 85, 84, 83].map((temperature, at) => ({ ts: T0 + 2 * at * MINUTE, temperature }));
      await send('taken-back', crossing);
      await fettle.settled();
      const { id } = await fettle.ticket('taken-back');
      await fettle.api.post(`/tickets/${id}/transition`, { to: 'acknowledged' });
      await send(
        'taken-back',
        crossing.map(({ ts }) => ({ ts: ts + MINUTE, temperature: 70 })),
      );
      await fettle.settled();
      const ticket = await fettle.ticket('taken-back');
      expect(ticket.status).toBe('acknowledged');
      expect(ticket.entries.map(({ kind }) => kind)).toContain('retracted');
      expect(ticket.findings.every(({ retractedAt }) => retractedAt !== undefined)).toBe(true);
    });
  });

  it('a late sample takes nothing back of what the day before ended with', async () => {
    const day = Math.floor(NOW / DAY) * DAY - 3 * DAY;
    await send('daily', [
      { ts: day, hours: 880 },
      { ts: day + DAY, hours: 901 },
      { ts: day + 2 * DAY, hours: 905 },
    ]);
    await fettle.settled();
    await fettle.app.pipeline.checkpoint.run();
    await send('daily', [{ ts: day + 2 * DAY - HOUR, hours: 903 }]);
    const { findings } = await outcomeOf('daily');
    expect(findings.map(({ change, start }) => [change, Date.parse(start)])).toEqual([['raised', day + DAY]]);
    expect((await fettle.ticket('daily')).status).toBe('open');
  });

  it('a ticket that was resolved too early is open again', async () => {
    const at = (minute: number, temperature: number) => ({ ts: T0 + minute * MINUTE, temperature });
    await send('not-cleared', [at(0, 82), at(2, 83), at(4, 70), at(9, 70), at(10, 84)]);
    await fettle.settled();
    expect((await fettle.ticket('not-cleared')).status).toBe('resolved');
    await send('not-cleared', [at(6, 85)]);
    await fettle.settled();
    expect(await fettle.ticket('not-cleared')).toMatchObject({ status: 'open' });
  });

  it('at the newest timestamp the first value counts, in state as in store', async () => {
    await send('newest', [{ ts: T0, temperature: 70 }]);
    await send('newest', [{ ts: T0, temperature: 99 }]);
    const { state } = await outcomeOf('newest');
    expect(state).toMatchObject({ values: { temperature: { value: 70 } } });
    expect(fettle.app.ledger.rejected.get('conflict')).toBe(1);
  });
}
