import { parseCbor } from './cborParse.ts';
import { BARE_VALUE, type Codec, type CodecOptions, isRefusal, type Reading, type Refusal } from './codec.ts';
import { parseJson } from './json.ts';
import { type NameReader, nameReader, type SenmlName } from './senmlNames.ts';
import { type ResolvedRecord, resolvePack } from './senmlResolve.ts';
import { quote } from './text.ts';
import { Unreadable } from './unreadable.ts';

/**
 * SenML packs in JSON (RFC 8428, section 5), one reading for each record. Names are read by senmlNames.ts; where a name
 * says no metric, the topic does, or else the value's unit stands for it (`%RH`). The integral of a record is another
 * value, by the name of the metric and `.sum`. Units are those of RFC 8428 and, with RFC 9100, the secondary ones.
 */
export function createSenmlJsonCodec(options: CodecOptions): Codec {
  return senmlCodec(parseJson, options);
}

/** SenML packs in CBOR (RFC 8428, section 6), as those in JSON. */
export function createSenmlCborCodec(options: CodecOptions): Codec {
  return senmlCodec((payload) => withNames(parseCbor(payload)), options);
}

function senmlCodec(parse: (payload: Buffer) => unknown, { senml, bareValues }: CodecOptions): Codec {
  const readName = nameReader(senml?.name);
  return (payload, receivedAt) => {
    const parsed = parse(payload);
    const records = parsed instanceof Unreadable ? parsed : resolvePack(parsed, receivedAt);
    if (records instanceof Unreadable) return [records.refusal];
    return records.map((record) => (isRefusal(record) ? record : readRecord(record, readName, bareValues)));
  };
}

function readRecord(record: ResolvedRecord, readName: NameReader, topicNamesMetric: boolean): Reading | Refusal {
  const name = readName(record.name);
  if (!name) return { reason: 'unexpected-shape', detail: `name ${quote(record.name)} has not the form of senml.name` };
  const metric = metricOf(name, record.unit, topicNamesMetric);
  const { value, sum, unit, time } = record;
  return {
    time,
    timeName: undefined,
    values: { ...(value !== undefined && { [metric]: value }), ...(sum !== undefined && { [`${metric}.sum`]: sum }) },
    ...(unit !== undefined && { units: { [metric]: unit, [`${metric}.sum`]: `${unit}.s` } }),
    ...(name.subject !== undefined && { subject: name.subject }),
  };
}

function metricOf({ metric }: SenmlName, unit: string | undefined, topicNamesMetric: boolean): string {
  if (metric !== undefined) return metric;
  return topicNamesMetric ? BARE_VALUE : (unit ?? BARE_VALUE);
}

/** By the labels of RFC 8428, table 4. */
const LABELS: Readonly<Record<string, string>> = {
  '-1': 'bver',
  '-2': 'bn',
  '-3': 'bt',
  '-4': 'bu',
  '-5': 'bv',
  '-6': 'bs',
  0: 'n',
  1: 'u',
  2: 'v',
  3: 'vs',
  4: 'vb',
  5: 's',
  6: 't',
  7: 'ut',
  8: 'vd',
};

function withNames(parsed: unknown): unknown {
  return Array.isArray(parsed) ? parsed.map(named) : parsed;
}

function named(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || Object.getPrototypeOf(record) !== Object.prototype)
    return record;
  return Object.fromEntries(
    Object.entries(record).map(([label, value]) => [Object.hasOwn(LABELS, label) ? LABELS[label] : label, value]),
  );
}
