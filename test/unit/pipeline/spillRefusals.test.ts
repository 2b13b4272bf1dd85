import { beforeEach, describe, expect, it } from 'vitest';
import type { Refused } from '../../../src/pipeline/batch.ts';
import type { Fleet } from '../../../src/pipeline/fleet.ts';
import { takeBack } from '../../../src/pipeline/spillRefusals.ts';
import type { RefoldNote } from '../../../src/ports/database.ts';
import { makeSample } from '../../support/series.ts';
import { fleetOfPump } from '../../support/telemetry.ts';

const START = Date.UTC(2026, 0, 5);

describe('samples that were settled and that the store refuses afterwards', () => {
  let fleet: Fleet;
  let letters: Refused[];
  let done: string[];
  beforeEach(() => {
    fleet = fleetOfPump('p1');
    letters = [];
    done = [];
  });

  const refuse = (mode: 'inline' | 'sharded') => {
    const known = fleet.seriesOf('p1', 'temperature');
    const gone = fleet.seriesOf('scrapped', 'speed');
    const samples = [makeSample(known, START + 1, 20), makeSample(gone, START, 3), makeSample(known, START, 21)];
    return takeBack(
      samples.map((sample) => ({ sample, words: 'beyond retention' })),
      {
        deadLetters: {
          keep: async (kept) => {
            letters.push(...kept);
            done.push('letters');
          },
        },
        note: async (notes: readonly RefoldNote[]) => void done.push(...notes.map((note) => `note ${note.assetId}`)),
        fleet,
        assessment: { refold: ({ asset }, earliest) => void done.push(`refold ${asset.id} ${earliest - START}`) },
        mode,
      },
    );
  };

  it('become dead letters, and their assets are folded anew without them', async () => {
    await refuse('inline');
    expect(done).toEqual(['letters', 'note p1', 'note scrapped', 'refold p1 0']);
    expect(letters.map(({ rejection }) => rejection)).toMatchObject([
      {
        reason: 'refused-by-store',
        assetId: 'p1',
        metric: 'temperature',
        detail: expect.stringMatching(/beyond retention/),
      },
      { assetId: 'scrapped', metric: 'speed' },
      { assetId: 'p1' },
    ]);
    expect(letters[1]!.message.topic).toBe('$spill');
    expect(JSON.parse(letters[1]!.message.payload.toString())).toMatchObject({ assetId: 'scrapped', value: 3 });
  });

  it('are not noted where notes follow what is stored', async () => {
    await refuse('sharded');
    expect(done).toEqual(['letters']);
  });

  it('have one series for each asset and metric, known or not, all with numbers of their own', () => {
    const asked = [
      ['p1', 'temperature'],
      ['p1', 'gone'],
      ['scrapped', 'temperature'],
    ] as const;
    const series = asked.map(([asset, metric]) => fleet.seriesOf(asset, metric));
    expect(asked.map(([asset, metric]) => fleet.seriesOf(asset, metric))).toEqual(series);
    expect(series[0]).toBe(fleet.get('p1')!.series.find(({ metricId }) => metricId === 'temperature'));
    expect(new Set(series.map(({ ordinal }) => ordinal)).size).toBe(3);
    const later = fleet.add({ ...fleet.get('p1')!.asset, id: 'p2' });
    expect(new Set([...series, ...later.series].map(({ ordinal }) => ordinal)).size).toBe(3 + later.series.length);
    expect(fleet.ofSeries(later.series[0]!)).toBe(later);
  });
});
