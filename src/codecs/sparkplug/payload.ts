import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { bounded } from './names.ts';

/** A metric of a payload as it stands there; what the sender left out is undefined. */
export interface WireMetric {
  name: string | undefined;
  /** A number where it is exact as one, else its digits. */
  alias: number | string | undefined;
  /** Milliseconds since 1970, UTC. */
  timestamp: number | undefined;
  /** See datatypes.ts; 0 when absent. */
  datatype: number;
  isHistorical: boolean;
  isTransient: boolean;
  isNull: boolean;
  properties: PropertySet | undefined;
  value: WireValue | undefined;
}

/** `number` of int_value, float_value and double_value; `bigint` of long_value, without a sign. */
export type WireValue = number | bigint | boolean | string | Uint8Array | DataSet | Template;

/** By key in lower case; sets of properties within are left out. */
export type PropertySet = ReadonlyMap<string, number | bigint | boolean | string>;

export class DataSet {
  readonly columns: string[] = [];
  readonly types: number[] = [];
  readonly rows: (WireValue | undefined)[][] = [];
}

export class Template {
  readonly metrics: WireMetric[] = [];
  isDefinition = false;
}

export interface Payload {
  timestamp: number | undefined;
  seq: number | undefined;
  readonly metrics: WireMetric[];
}

/** Templates may hold templates so deep. */
const MAX_DEPTH = 8;

/**
 * Reads a Sparkplug B payload (3.0.0, 6.4; protobuf). Throws an error with the reason when the bytes are none.
 * Fields that mean nothing here (uuid, body, metadata, extensions) and unknown ones are passed over.
 */
export function readPayload(bytes: Uint8Array): Payload {
  const payload: Payload = { timestamp: undefined, seq: undefined, metrics: [] };
  const reader = new BinaryReader(bytes);
  eachField(reader, reader.len, (field, wire) => {
    if (field === 1 && wire === WireType.Varint) payload.timestamp = Number(reader.uint64());
    else if (field === 2 && wire === WireType.LengthDelimited) payload.metrics.push(readMetric(reader, 0));
    else if (field === 3 && wire === WireType.Varint) payload.seq = Number(reader.uint64());
    else reader.skip(wire, field);
  });
  return payload;
}

function eachField(reader: BinaryReader, end: number, read: (field: number, wire: WireType) => void): void {
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    read(field, wire);
  }
  if (reader.pos !== end) throw new Error('a field reaches beyond the end of what it is in');
}

/** Where the message that begins here ends. */
function endOf(reader: BinaryReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new Error('it ends in the middle of a field');
  return end;
}

function readMetric(reader: BinaryReader, depth: number): WireMetric {
  const metric: WireMetric = {
    name: undefined,
    alias: undefined,
    timestamp: undefined,
    datatype: 0,
    isHistorical: false,
    isTransient: false,
    isNull: false,
    properties: undefined,
    value: undefined,
  };
  eachField(reader, endOf(reader), (field, wire) => {
    if (wire !== WIRE_OF_METRIC[field]) reader.skip(wire, field);
    else readMetricField(metric, field, reader, depth);
  });
  return metric;
}

const { Varint, LengthDelimited, Bit32, Bit64 } = WireType;

/** By field number; what is not in here is passed over. */
const WIRE_OF_METRIC: readonly (WireType | undefined)[] = [
  undefined,
  LengthDelimited,
  Varint,
  Varint,
  Varint,
  Varint,
  Varint,
  Varint,
  undefined,
  LengthDelimited,
  Varint,
  Varint,
  Bit32,
  Bit64,
  Varint,
  LengthDelimited,
  LengthDelimited,
  LengthDelimited,
  LengthDelimited,
];

function readMetricField(metric: WireMetric, field: number, reader: BinaryReader, depth: number): void {
  if (field === 1) metric.name = bounded(reader.string()) || undefined;
  else if (field === 2) metric.alias = readAlias(reader);
  else if (field === 3) metric.timestamp = Number(reader.uint64());
  else if (field === 4) metric.datatype = reader.uint32();
  else if (field === 5) metric.isHistorical = reader.bool();
  else if (field === 6) metric.isTransient = reader.bool();
  else if (field === 7) metric.isNull = reader.bool();
  else if (field === 9) metric.properties = readProperties(reader);
  else if (field === 17) metric.value = readDataSet(reader);
  else if (field === 18) metric.value = readTemplate(reader, depth);
  else metric.value = readScalar(reader, field - 10);
}

function readAlias(reader: BinaryReader): number | string {
  const alias = reader.uint64();
  const number = Number(alias);
  return Number.isSafeInteger(number) ? number : String(alias);
}

/** The kinds of scalar, in the order in which metrics, properties and cells of datasets number them. */
function readScalar(reader: BinaryReader, kind: number): number | bigint | boolean | string | Uint8Array {
  if (kind === 0) return reader.uint32();
  if (kind === 1) return BigInt(reader.uint64());
  if (kind === 2) return reader.float();
  if (kind === 3) return reader.double();
  if (kind === 4) return reader.bool();
  return kind === 5 ? reader.string() : reader.bytes();
}

const WIRE_OF_SCALAR = [Varint, Varint, Bit32, Bit64, Varint, LengthDelimited];

function readProperties(reader: BinaryReader): PropertySet {
  const keys: string[] = [];
  const values: (PropertyScalar | undefined)[] = [];
  eachField(reader, endOf(reader), (field, wire) => {
    if (field === 1 && wire === LengthDelimited) keys.push(reader.string());
    else if (field === 2 && wire === LengthDelimited) values.push(readScalarIn(reader, 3));
    else reader.skip(wire, field);
  });
  const properties = new Map<string, PropertyScalar>();
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) properties.set(key.toLowerCase(), value);
  }
  return properties;
}

type PropertyScalar = number | bigint | boolean | string;

/** A message of one scalar, whose kinds are numbered from `first`; undefined when it holds none. */
function readScalarIn(reader: BinaryReader, first: number): PropertyScalar | undefined {
  let value: PropertyScalar | undefined;
  eachField(reader, endOf(reader), (field, wire) => {
    const kind = field - first;
    if (WIRE_OF_SCALAR[kind] === wire) value = readScalar(reader, kind) as PropertyScalar;
    else reader.skip(wire, field);
  });
  return value;
}

function readDataSet(reader: BinaryReader): DataSet {
  const set = new DataSet();
  eachField(reader, endOf(reader), (field, wire) => {
    if (field === 2 && wire === LengthDelimited) set.columns.push(bounded(reader.string()));
    else if (field === 3 && wire === Varint) set.types.push(reader.uint32());
    else if (field === 3 && wire === LengthDelimited) readPackedTypes(reader, set.types);
    else if (field === 4 && wire === LengthDelimited) set.rows.push(readRow(reader));
    else reader.skip(wire, field);
  });
  return set;
}

function readPackedTypes(reader: BinaryReader, types: number[]): void {
  const end = endOf(reader);
  while (reader.pos < end) types.push(reader.uint32());
  if (reader.pos !== end) throw new Error('a field reaches beyond the end of what it is in');
}

function readRow(reader: BinaryReader): (WireValue | undefined)[] {
  const row: (WireValue | undefined)[] = [];
  eachField(reader, endOf(reader), (field, wire) => {
    if (field === 1 && wire === LengthDelimited) row.push(readScalarIn(reader, 1));
    else reader.skip(wire, field);
  });
  return row;
}

function readTemplate(reader: BinaryReader, depth: number): Template {
  if (depth >= MAX_DEPTH) throw new Error(`templates nest deeper than ${MAX_DEPTH} levels`);
  const template = new Template();
  eachField(reader, endOf(reader), (field, wire) => {
    if (field === 2 && wire === LengthDelimited) template.metrics.push(readMetric(reader, depth + 1));
    else if (field === 5 && wire === Varint) template.isDefinition = reader.bool();
    else reader.skip(wire, field);
  });
  return template;
}
