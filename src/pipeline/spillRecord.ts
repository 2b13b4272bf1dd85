import { markOf, type Sample, type Series, standingOf } from '../domain/sample.ts';
import type { RefoldNote } from '../ports/database.ts';

/** The first byte of a record; it changes with the layout. */
const VERSION = 1;
const PREFIX = 1 + 4;
/** Series as number, time, value and receipt, mark. */
const SAMPLE_BYTES = 4 + 3 * 8 + 1;

type SpilledSample = Omit<Sample, 'series'> & { readonly assetId: string; readonly metricId: string };

/** Samples whose order is that of their writing, and the notes to make once they are stored. */
export interface SpillRecord {
  readonly samples: readonly SpilledSample[];
  readonly notes: readonly RefoldNote[];
}

/** What the samples of a record share. */
interface Header {
  /** Each asset with the ids of its metrics; the samples number them through. */
  readonly series: readonly (readonly [assetId: string, metricIds: readonly string[]])[];
  readonly notes: readonly RefoldNote[];
}

/** A record of the spill that this version of Fettle can't read. */
export class SpillRecordError extends Error {
  override readonly name = 'SpillRecordError';
}

/** Version, length of the header, header as JSON, then the columns of the samples. */
export function encodeSpill(samples: readonly Sample[], notes: readonly RefoldNote[]): Buffer {
  const { series, numbers } = numberSeries(samples);
  const header = Buffer.from(JSON.stringify({ series, notes } satisfies Header));
  const data = Buffer.allocUnsafe(PREFIX + header.length + samples.length * SAMPLE_BYTES);
  data.writeUInt8(VERSION, 0);
  data.writeUInt32LE(header.length, 1);
  header.copy(data, PREFIX);
  let offset = PREFIX + header.length;
  for (const { series: of } of samples) offset = data.writeUInt32LE(numbers.get(of)!, offset);
  for (const { time } of samples) offset = data.writeDoubleLE(time, offset);
  for (const { value } of samples) offset = data.writeDoubleLE(value, offset);
  for (const { receivedAt } of samples) offset = data.writeDoubleLE(receivedAt, offset);
  for (const sample of samples) offset = data.writeUInt8(markOf(sample), offset);
  return data;
}

/** Throws SpillRecordError when it is none that this version can read. */
export function decodeSpill(data: Buffer): SpillRecord {
  const { series, notes, end } = readHeader(data);
  const count = (data.length - end) / SAMPLE_BYTES;
  if (!Number.isInteger(count)) throw new SpillRecordError(`it ends in the middle of a sample, after ${count} of them`);
  const samples: SpilledSample[] = [];
  for (let at = 0; at < count; at++) {
    const of = series[data.readUInt32LE(end + 4 * at)];
    if (!of) throw new SpillRecordError(`sample ${at} is of no series of the record`);
    const double = (column: number) => data.readDoubleLE(end + count * (4 + 8 * column) + 8 * at);
    const mark = data.readUInt8(end + count * 28 + at);
    samples.push({ ...of, time: double(0), value: double(1), receivedAt: double(2), ...standingOf(mark) });
  }
  return { samples, notes };
}

function readHeader(data: Buffer) {
  if (data[0] !== VERSION) throw new SpillRecordError(`it is of version ${data[0]}, not ${VERSION}`);
  const end = data.length < PREFIX ? Number.POSITIVE_INFINITY : PREFIX + data.readUInt32LE(1);
  if (end > data.length) throw new SpillRecordError(`its header would end at ${end}, behind its ${data.length} bytes`);
  try {
    const { series, notes } = JSON.parse(data.toString('utf8', PREFIX, end)) as Header;
    if (!Array.isArray(notes)) throw new TypeError('it has no notes');
    const flat = series.flatMap(([assetId, metricIds]) => metricIds.map((metricId) => ({ assetId, metricId })));
    return { series: flat, notes, end };
  } catch (error) {
    throw new SpillRecordError(`its header can not be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The series of the samples by asset, and the number that each gets in that order. */
function numberSeries(samples: readonly Sample[]) {
  const byAsset = new Map<string, Set<Series>>();
  for (const { series } of samples) {
    const ofAsset = byAsset.get(series.assetId);
    if (ofAsset) ofAsset.add(series);
    else byAsset.set(series.assetId, new Set([series]));
  }
  const numbers = new Map<Series, number>();
  const series = [...byAsset].map(([assetId, ofAsset]) => {
    for (const one of ofAsset) numbers.set(one, numbers.size);
    return [assetId, [...ofAsset].map(({ metricId }) => metricId)] as const;
  });
  return { series, numbers };
}
