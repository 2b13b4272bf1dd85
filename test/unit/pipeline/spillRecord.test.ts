import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Quality, Sample } from '../../../src/domain/sample.ts';
import { decodeSpill, encodeSpill, SpillRecordError } from '../../../src/pipeline/spillRecord.ts';
import type { RefoldNote } from '../../../src/ports/database.ts';
import { makeSample, makeSeries } from '../../support/series.ts';

const id = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const sample = fc.record({
  asset: fc.nat({ max: 3 }),
  metric: fc.nat({ max: 3 }),
  time: finite,
  value: finite,
  receivedAt: finite,
  quality: fc.constantFrom<Quality>(0, 1, 2),
});

/** Samples of few series, in any order, as a batch has them. */
const samples = fc
  .record({
    assets: fc.array(id, { minLength: 4, maxLength: 4 }),
    metrics: fc.array(id, { minLength: 4, maxLength: 4 }),
    rows: fc.array(sample, { maxLength: 40 }),
  })
  .map(({ assets, metrics, rows }) => {
    const series = assets.map((asset) => metrics.map((metric) => makeSeries(asset, metric)));
    return rows.map(({ asset, metric, ...rest }): Sample => ({ series: series[asset]![metric]!, ...rest }));
  });

const note = fc.record(
  { assetId: id, earliest: finite, latest: finite, rest: fc.nat() },
  { requiredKeys: ['assetId', 'earliest'] },
);

function plain({ series: { assetId, metricId }, ...rest }: Sample) {
  return { assetId, metricId, ...rest };
}

describe('a record of the spill', () => {
  it('gives back what went into it, in order', () => {
    fc.assert(
      fc.property(samples, fc.array(note, { maxLength: 4 }), (given, notes: RefoldNote[]) => {
        const { samples: read, notes: readNotes } = decodeSpill(encodeSpill(given, notes));
        expect(read).toEqual(given.map(plain));
        // JSON knows no -0, and a time does not either.
        expect(readNotes).toEqual(JSON.parse(JSON.stringify(notes)));
      }),
    );
  });

  it('takes 29 bytes for a sample, beside what the ids take once', () => {
    const series = makeSeries('press 1', 'force');
    const of = (count: number) =>
      encodeSpill(
        Array.from({ length: count }, (_, at) => makeSample(series, at, at)),
        [],
      ).length;
    expect(of(1000) - of(500)).toBe(500 * 29);
  });

  it('is refused, and nothing else happens, whatever its bytes are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom<number | undefined>(1, undefined),
        (bytes, version) => {
          const data = Buffer.from(version === undefined ? bytes : [version, ...bytes]);
          try {
            decodeSpill(data);
          } catch (error) {
            expect(error).toBeInstanceOf(SpillRecordError);
          }
        },
      ),
    );
  });

  it.each([
    ['of another version', (data: Buffer) => data.fill(2, 0, 1), /version 2, not 1/],
    ['without its end', (data: Buffer) => data.subarray(0, -1), /in the middle of a sample/],
    ['without its header', (data: Buffer) => data.subarray(0, 20), /header would end/],
    ['of no bytes', () => Buffer.alloc(0), /version undefined/],
    ['with a header of another shape', () => Buffer.from([1, 2, 0, 0, 0, 0x7b, 0x7d]), /header can not be read/],
  ])('%s is refused with the reason', (_, damage, reason) => {
    const data = encodeSpill([makeSample(makeSeries('a', 'b'), 1, 2)], []);
    expect(() => decodeSpill(damage(data))).toThrow(reason);
  });
});
