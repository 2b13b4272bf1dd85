import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/sample.ts';
import { MINUTE } from '../../../src/domain/time.ts';
import { BlindWrites } from '../../../src/pipeline/blindWrites.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import type { StoredSample } from '../../../src/ports/timeSeriesStore.ts';
import { parsedRig, RIG } from '../../support/parsedRig.ts';

const START = Date.UTC(2026, 0, 5);
const BEFORE = START + 60 * MINUTE;
const NOW = START + 90 * MINUTE;

function rig() {
  const fleet = new Fleet([parsedRig()]);
  fleet.add(RIG);
  const tracked = fleet.get(RIG.id)!;
  tracked.blind = true;
  const writes = new BlindWrites(fleet);
  const sample = (minute: number, receivedAt: number): Sample => {
    return { series: tracked.series[0]!, time: START + minute * MINUTE, value: minute, quality: 0, receivedAt };
  };
  const stored = ({ series: { assetId, metricId }, ...rest }: Sample): StoredSample => ({ assetId, metricId, ...rest });
  /** A batch that is written while nobody has read what is there. */
  const write = (...samples: Sample[]) => {
    writes.begin(samples);
    writes.end(samples);
  };
  const read = (...samples: Sample[]) => {
    writes.readBegins([tracked]);
    writes.met(samples.map(stored));
    return writes.readEnds();
  };
  return { tracked, sample, write, read };
}

describe('what is written of an asset that was not yet read', () => {
  it('lies behind what the process before had taken: it is folded anew from there, once', () => {
    const { tracked, sample, write, read } = rig();
    const [first, late, last] = [sample(1, BEFORE), sample(2, NOW), sample(3, BEFORE)];
    write(sample(9, NOW), late);
    expect(read(first, late, last)).toEqual([{ tracked, earliest: late.time }]);
    expect(read(last)).toEqual([]);
  });

  it('is in order where only what came after it is later', () => {
    const { sample, write, read } = rig();
    const [first, next, last] = [sample(1, BEFORE), sample(2, NOW), sample(3, NOW + 1)];
    write(next, last);
    expect(read(first, next, last)).toEqual([]);
  });

  it('concerns no asset of which nothing was written', () => {
    const { sample, read } = rig();
    expect(read(sample(1, BEFORE), sample(3, BEFORE))).toEqual([]);
  });
});
