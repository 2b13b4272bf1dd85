import type { Duration } from './time.ts';

/**
 * Which clock stamps a source's samples: the device's own, the time of receipt, or the device's put right by the
 * offset learned for that asset.
 */
export const CLOCK_TRUSTS = ['device', 'receipt', 'corrected'] as const;
export type ClockTrust = (typeof CLOCK_TRUSTS)[number];

export const TIME_UNITS = ['auto', 's', 'ms', 'us', 'ns', 'iso'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

export const SUBJECTS = ['device', 'asset'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** How payloads are compressed; auto tells gzip, zlib and zstd by how they start, and takes what is not. */
export const COMPRESSIONS = ['none', 'auto', 'gzip', 'deflate', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** How one value of the payload becomes a metric of the model. */
export interface MetricMapping {
  /** Metric id in the asset model. */
  readonly metric: string;
  /** Unit of the payload; converted to the unit of the model. */
  readonly unit?: string;
  /** Name in the payload where it is not the key of the mapping, so that several metrics can come of one value. */
  readonly from?: string;
  /** Numbers come as texts with this decimal separator. */
  readonly decimal?: '.' | ',';
  /** Only this bit of a whole number, or the bits from the first to the second, counts; 0 is the lowest. */
  readonly bit?: number;
  readonly bits?: readonly [number, number];
  /** What values stand for, by their text: a number, or a code or symbol of the model. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** Applied to numbers before the unit conversion: `value * scale + offset`. */
  readonly scale?: number;
  readonly offset?: number;
}

/** Options of one codec each: sections of a source that only sources with such a codec have. */
export interface CodecSections {
  /** JSONata that makes readings of the payload. */
  readonly expression?: string;
  readonly senml?: {
    /** Form of a record's name, with {subject} and {metric} or one of them; without it the name is split by itself. */
    readonly name?: string;
  };
  readonly csv?: {
    /** Names of the columns, where there is no header. */
    readonly columns?: readonly string[];
    /** One character; without it a tab, semicolon or comma, whichever the first line has. */
    readonly delimiter?: string;
    readonly decimal: '.' | ',';
    /** Column that names whom a line is of. */
    readonly subject?: string;
  };
  readonly influx?: {
    /** What names a value; the measurement stands for a field called value. */
    readonly name?: 'field' | 'measurement.field';
    /** Tag that names whom a line is of. */
    readonly subject?: string;
  };
  /** {@link SPARKPLUG_DEFAULTS} when absent. */
  readonly sparkplug?: SparkplugOptions;
}

export const CODEC_SECTIONS = [
  'senml',
  'csv',
  'influx',
  'sparkplug',
  'expression',
] as const satisfies readonly (keyof CodecSections)[];

export interface AutoRegistration {
  /** Asset model of what registers itself. */
  readonly modelId: string;
  /** Site where the topic does not name one. */
  readonly siteId: string;
  /** At most so many assets that registered themselves, over all sources. */
  readonly max: number;
}

/** How a source of Sparkplug B is read. */
export interface SparkplugOptions {
  /** What an edge node is called as a device, of `{group}` and `{node}`. */
  readonly nodeId: string;
  /** What a device behind an edge node is called, of `{group}`, `{node}` and `{device}`. */
  readonly deviceId: string;
  /** As which Fettle tells edge nodes that it is there, and no longer there. */
  readonly hostId: string;
  /** A number that is still missing after so long is lost. */
  readonly reorderTimeout: Duration;
  /** Data wait so long for the birth that they need. */
  readonly birthTimeout: Duration;
  readonly rebirth: RebirthOptions;
}

/** How edge nodes are asked for a rebirth. */
export interface RebirthOptions {
  /** Whether they are. */
  readonly request: boolean;
  /** From one request to the next to the same node; doubled each time, */
  readonly interval: Duration;
  /** up to this. */
  readonly maxInterval: Duration;
  /** The first request to a node that is not known waits for up to so long, at random. */
  readonly jitter: Duration;
}

export const SPARKPLUG_DEFAULTS: SparkplugOptions = {
  nodeId: '{group}/{node}',
  deviceId: '{group}/{node}/{device}',
  hostId: 'fettle',
  reorderTimeout: 2000,
  birthTimeout: 60_000,
  rebirth: { request: true, interval: 10_000, maxInterval: 600_000, jitter: 5000 },
};

/** A kind of device traffic: which topics, how to read them, what to trust. */
export interface SourceDefinition extends CodecSections {
  readonly id: string;
  /** Topic template such as `acme/{site}/{asset}/telemetry`; placeholders `{site}`, `{asset}`, `{device}`, `{metric}`; a bare `+` or a last `#` matches anything. */
  readonly topic: string;
  /** Id of the broker whose messages are meant; all brokers' when absent. */
  readonly broker?: string;
  /** Id of a codec in codecs/index.ts. */
  readonly codec: string;
  /** None when absent. What a payload inflates to is held to `maxPayloadBytes` as well. */
  readonly compression?: Compression;
  /** What ids in payloads are, of codecs whose payloads name whom they are of. */
  readonly subject: Subject;
  readonly clock: ClockTrust;
  readonly time: {
    /** Name of the field that holds the timestamp; default: the first of ts, time, timestamp that is there. */
    readonly field?: string;
    readonly unit: TimeUnit;
    /** IANA zone of stamps without one; without it they are refused. */
    readonly zone?: string;
  };
  /** By the name in the payload. Names not listed are metric ids themselves. */
  readonly metrics: Readonly<Record<string, MetricMapping>>;
  /** Nested objects in payloads are values with dotted names. */
  readonly flatten?: boolean;
  /** Names in the payload that are no telemetry and are passed over without a dead letter. */
  readonly ignore: readonly string[];
  /** What messages by HTTP may say to be of (`?event=`) that is no telemetry. */
  readonly ignoreEvents: readonly string[];
  readonly autoRegister?: AutoRegistration;
  /** A device stamp further ahead of the time of receipt than this is refused. */
  readonly maxFuture: Duration;
  readonly maxPayloadBytes: number;
}
