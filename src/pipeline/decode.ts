import { type CodecDefinition, isRefusal, type Reading, type Refusal } from '../codecs/codec.ts';
import { CODECS } from '../codecs/index.ts';
import { Instant } from '../codecs/instant.ts';
import { parseTimestamp } from '../codecs/timestamp.ts';
import type { ConnectivityReport } from '../domain/connectivity.ts';
import type { Directory, DirectoryEntry } from '../domain/directory.ts';
import type { PastReading } from '../domain/past.ts';
import type { Quality, Rejection, Sample } from '../domain/sample.ts';
import type { SourceDefinition } from '../domain/source.ts';
import { type Duration, formatDuration, fromMicros, type Timestamp, toMicros } from '../domain/time.ts';
import type { Expressions } from '../ports/expressions.ts';
import { BrokerRouter } from './brokerRouter.ts';
import { type ClockMemory, ClockOffsets } from './clockOffset.ts';
import { type CompiledSource, clockIdOf, compileSource, countValues, metricName } from './compiledSource.ts';
import type { DecoderMessage } from './decoderMessage.ts';
import type { DeviceClocks } from './deviceClocks.ts';
import { evaluateReadings } from './evaluateReadings.ts';
import { IGNORED } from './mapping.ts';
import { addRejection } from './rejections.ts';
import type { Freed, Handling, Heard, Sessions } from './sessions.ts';
import { bySubject, routeOfPast, routeOfSubject } from './subjects.ts';
import type { Route } from './topicRouter.ts';

export type { DecoderMessage } from './decoderMessage.ts';

/**
 * What became of a message. `samples.length` plus the `samples` of all rejections is the number of values that were
 * decoded. Both are empty only when the message held no values, or nothing but names that its source ignores.
 */
export interface Decoded {
  /** The source that the topic belongs to. */
  readonly sourceId: string | undefined;
  readonly samples: Sample[];
  readonly rejections: Rejection[];
  /** What it says of connections. */
  readonly connectivity?: readonly ConnectivityReport[];
  /** It waits for another message, and is freed after that: nothing has become of it yet. */
  readonly waits?: boolean;
  /** Messages that waited for this one. */
  readonly freed?: readonly Freed[];
}

/** Readings that were worked out beforehand. */
export type Prepared = readonly (Reading | Refusal)[];

export interface Decoder {
  /**
   * Works out the readings of a message whose source has an expression; undefined, at once, for all others. Rejects only
   * once expressions are no longer evaluated.
   */
  prepare(message: DecoderMessage): Promise<Prepared> | undefined;
  /**
   * Never throws for anything in the message. `prepared` is what {@link prepare} came to; `how` is `kept` by default.
   */
  decode(message: DecoderMessage, prepared?: Prepared, how?: Handling): Decoded;
  /** One reading of the past, as if the source's devices had told it afterwards; never throws for anything in it. */
  decodePast(reading: PastReading, context: PastContext): Decoded;
}

/** How readings of the past are read. */
export interface PastContext {
  /** Of a source that there is. */
  readonly sourceId: string;
  readonly receivedAt: Timestamp;
  /** Of times without one, in place of the source's. */
  readonly zone: string | undefined;
}

export interface DecoderOptions {
  /** In order of precedence, where several templates match a topic. */
  readonly sources: readonly SourceDefinition[];
  readonly directory: Directory;
  /** Samples older than this at receipt are refused. Read each time: a store may learn it late. */
  readonly retention: Duration;
  readonly codecs?: Readonly<Record<string, CodecDefinition>>;
  /** Of sources with an expression; without it their messages are refused. */
  readonly expressions?: Pick<Expressions, 'evaluate'> | undefined;
  /** Learns how far the clocks of devices are off. */
  readonly watch?: Pick<DeviceClocks, 'observe'>;
  /** Of sources with `clock: corrected`; by default nothing is remembered. */
  readonly clocks?: ClockMemory;
  /** Of sources whose messages are no good alone. */
  readonly sessions?: Sessions | undefined;
}

/** Throws for a source that {@link checkMapping} would find fault with: topic, codec or zone. */
export function createDecoder(options: DecoderOptions): Decoder {
  return new MessageDecoder(options);
}

/** What a message tells of one asset, while it is being decoded. */
interface Pass {
  readonly route: Route<CompiledSource>;
  readonly receivedAt: Timestamp;
  /** The asset that the topic or the payload names, if it is registered. */
  readonly named: DirectoryEntry | undefined;
  readonly samples: Sample[];
  readonly rejections: Rejection[];
  /** The newest stamp of the device, and its asset where that is known. */
  newest: Timestamp;
  speaker: string | undefined;
}

class MessageDecoder implements Decoder {
  readonly #router: BrokerRouter<CompiledSource>;
  readonly #sources: ReadonlyMap<string, CompiledSource>;
  readonly #directory: Directory;
  readonly #limits: Pick<DecoderOptions, 'retention'>;
  readonly #clocks: ClockOffsets;
  readonly #watch: DecoderOptions['watch'];
  /** Undefined where no source has an expression. */
  readonly #expressions: DecoderOptions['expressions'];
  readonly #sessions: Sessions | undefined;

  constructor(options: DecoderOptions) {
    const { sources, directory, codecs = CODECS, clocks } = options;
    const compiled = sources.map((source) => compileSource(source, codecs));
    this.#router = new BrokerRouter(compiled);
    this.#sources = new Map(compiled.map((source) => [source.definition.id, source]));
    if (sources.some(({ expression }) => expression !== undefined)) this.#expressions = options.expressions;
    this.#directory = directory;
    this.#limits = options;
    this.#watch = options.watch;
    this.#sessions = options.sessions;
    this.#clocks = new ClockOffsets(clocks ?? { saved: new Map(), save: () => undefined });
  }

  prepare({ topic, payload, receivedAt, brokerId, sourceId }: DecoderMessage): Promise<Prepared> | undefined {
    if (!this.#expressions) return undefined;
    const route = this.#route(topic, brokerId, sourceId);
    const expression = route?.source.definition.expression;
    if (!route || expression === undefined) return undefined;
    const pass = this.#newPass(route, receivedAt, { samples: [], rejections: [] });
    if (refusePayload(pass, payload)) return undefined;
    return evaluateReadings(this.#expressions, expression, route, { topic, payload, receivedAt });
  }

  decode(message: DecoderMessage, prepared?: Prepared, how: Handling = 'kept'): Decoded {
    const { topic, payload, receivedAt, brokerId, sourceId, historical } = message;
    const samples: Sample[] = [];
    const rejections: Rejection[] = [];
    const route = this.#route(topic, brokerId, sourceId);
    if (!route) {
      if (this.#sessions?.isOfProtocol(topic)) return { sourceId: undefined, samples, rejections };
      addRejection(rejections, { reason: 'unknown-topic', detail: 'no source has this topic' }, 0, undefined);
      return { sourceId: undefined, samples, rejections };
    }
    const pass = this.#newPass(route, receivedAt, { samples, rejections });
    const refusal = refusePayload(pass, payload);
    const { id } = route.source.definition;
    if (refusal) {
      addRejection(rejections, refusal, 0, route.assetId);
      return { sourceId: id, samples, rejections };
    }
    const heard = this.#sessions?.hear(id, message, how);
    if (heard?.waits) return { sourceId: id, samples, rejections, waits: true };
    const readings = prepared ?? heard?.items ?? route.source.codec(payload, receivedAt, topic);
    this.#decodePayload(pass, historical ? toldOfPast(readings) : readings);
    return { sourceId: id, samples, rejections, ...(heard && this.#besides(pass, heard)) };
  }

  /** What a session tells beside values. Whoever is no asset has no connection to speak of. */
  #besides(pass: Pass, { freed, presence = [] }: Heard): Pick<Decoded, 'freed' | 'connectivity'> {
    const { route, receivedAt } = pass;
    const connectivity = presence.flatMap(({ subject, online, at }): ConnectivityReport[] => {
      const place = routeOfSubject(route, subject);
      const entry = isRefusal(place) ? undefined : this.#find(this.#newPass(place, receivedAt, pass), at);
      if (!entry) return [];
      const by = route.source.definition.id;
      return [{ assetId: entry.asset.id, state: online ? 'online' : 'offline', at, by, retained: false }];
    });
    return { ...(freed && { freed }), ...(connectivity.length > 0 && { connectivity }) };
  }

  decodePast(past: PastReading, { sourceId, receivedAt, zone }: PastContext): Decoded {
    const source = this.#sources.get(sourceId);
    if (!source) throw new TypeError(`there is no source ${sourceId}`);
    const pass = this.#newPass(routeOfPast(source, past), receivedAt, { samples: [], rejections: [] });
    const stamp = zone && parseTimestamp(past.time, { ...source.definition.time, zone }, receivedAt);
    const time = typeof stamp === 'number' ? new Instant(stamp) : past.time;
    const { values, units } = past;
    const reading: Reading = { time, values, timeName: undefined, historical: true, ...(units && { units }) };
    const refusal = pass.route.refusal ?? (typeof stamp === 'object' ? stamp : undefined);
    if (refusal) refuseReading(pass, reading, refusal, past.assetId);
    else this.#decodeReading(pass, reading);
    return { sourceId, samples: pass.samples, rejections: pass.rejections };
  }

  #route(topic: string, brokerId: string | undefined, sourceId: string | undefined): Route<CompiledSource> | null {
    return sourceId === undefined ? this.#router.route(topic, brokerId) : this.#router.routeIn(sourceId, topic);
  }

  #newPass(route: Route<CompiledSource>, receivedAt: Timestamp, into: Pick<Pass, 'samples' | 'rejections'>): Pass {
    const named = route.assetId === undefined ? undefined : this.#directory.byAsset(route.assetId);
    return { ...into, route, receivedAt, named, newest: Number.NEGATIVE_INFINITY, speaker: undefined };
  }

  #decodePayload(pass: Pass, readings: Prepared): void {
    const { route, receivedAt } = pass;
    if (!route.source.namesSubject) {
      this.#decodeReadings(pass, readings);
      return;
    }
    for (const [subject, own] of bySubject(readings)) {
      const place = routeOfSubject(route, subject);
      if (isRefusal(place)) refuseReadings(pass, own, place);
      else this.#decodeReadings(this.#newPass(place, receivedAt, pass), own);
    }
  }

  #decodeReadings(pass: Pass, readings: readonly (Reading | Refusal)[]): void {
    if (pass.route.source.definition.clock === 'corrected') this.#observeClock(pass, readings);
    for (const reading of readings) {
      if (isRefusal(reading)) addRejection(pass.rejections, reading, 0, pass.route.assetId);
      else this.#decodeReading(pass, reading);
    }
    if (pass.speaker !== undefined) this.#watch?.observe(pass.speaker, pass.newest, pass.receivedAt);
  }

  /** Only clocks of known assets are learned, so that invented ids take no memory. */
  #observeClock(pass: Pass, readings: readonly (Reading | Refusal)[]): void {
    const { route, receivedAt } = pass;
    const { definition } = route.source;
    let oldest = Number.POSITIVE_INFINITY;
    let newest = Number.NEGATIVE_INFINITY;
    for (const reading of readings) {
      const isLive = !isRefusal(reading) && !reading.historical;
      const stamp = !isLive ? undefined : parseTimestamp(reading.time, definition.time, receivedAt);
      if (typeof stamp !== 'number') continue;
      oldest = Math.min(oldest, stamp);
      newest = Math.max(newest, stamp);
    }
    if (newest < oldest || !this.#find(pass, receivedAt)) return;
    this.#clocks.observe(clockIdOf(route), oldest, newest, receivedAt);
  }

  #decodeReading(pass: Pass, reading: Reading): void {
    const { route, receivedAt } = pass;
    const { time: timeOptions, maxFuture } = route.source.definition;
    // What is told of the past says itself when that was.
    const clock = reading.historical ? 'device' : route.source.definition.clock;
    const stamp = clock === 'receipt' ? receivedAt : parseTimestamp(reading.time, timeOptions, receivedAt);
    if (typeof stamp !== 'number') {
      refuseReading(pass, reading, stamp, route.assetId);
      return;
    }
    const offset = clock === 'corrected' ? this.#clocks.offset(clockIdOf(route), stamp) : 0;
    const time = offset === 0 ? stamp : fromMicros(toMicros(stamp) + toMicros(offset));
    const entry = this.#find(pass, time) ?? this.#register(route);
    if (!('asset' in entry)) {
      refuseReading(pass, reading, entry, route.assetId);
      return;
    }
    if (clock !== 'receipt' && !reading.historical && stamp > pass.newest) {
      pass.newest = stamp;
      pass.speaker = entry.asset.id;
    }
    const untimely = this.#checkTime(time, receivedAt, maxFuture);
    if (untimely) refuseReading(pass, reading, untimely, entry.asset.id);
    else decodeValues(pass, reading, entry, time, qualityOf(reading, offset));
  }

  /** An asset that registered itself under its device's id has no binding. */
  #find({ route, named }: Pass, at: Timestamp): DirectoryEntry | undefined {
    if (route.assetId !== undefined) return named ?? this.#directory.byAsset(route.assetId);
    const bound = this.#directory.byDevice(route.deviceId!, at);
    if (bound || !route.source.definition.autoRegister) return bound;
    return this.#directory.byAsset(route.deviceId!);
  }

  #register(route: Route<CompiledSource>): DirectoryEntry | Refusal {
    const { definition } = route.source;
    if (!definition.autoRegister) return unknownAsset(route);
    const entry = this.#directory.register(definition, (route.assetId ?? route.deviceId)!, route.siteId);
    return 'refused' in entry ? { reason: entry.refused, detail: entry.detail } : entry;
  }

  #checkTime(time: Timestamp, receivedAt: Timestamp, maxFuture: Duration): Refusal | undefined {
    if (time > receivedAt + maxFuture) return untimely('future-time', time, receivedAt, 'ahead of', maxFuture);
    const { retention } = this.#limits;
    if (time < receivedAt - retention) return untimely('too-old', time, receivedAt, 'before', retention);
    return undefined;
  }
}

function toldOfPast(readings: readonly (Reading | Refusal)[]): (Reading | Refusal)[] {
  return readings.map((reading) => (isRefusal(reading) ? reading : { ...reading, historical: true }));
}

/** Why the payload need not be looked into. */
function refusePayload({ route, named }: Pass, payload: Buffer): Refusal | undefined {
  if (route.refusal) return route.refusal;
  const { maxPayloadBytes, autoRegister } = route.source.definition;
  if (payload.length === 0) return { reason: 'empty-payload', detail: 'the payload is empty' };
  if (payload.length > maxPayloadBytes) {
    const detail = `the payload has ${payload.length} bytes; the source takes ${maxPayloadBytes}`;
    return { reason: 'payload-too-large', detail };
  }
  const isOpen = autoRegister || route.assetId === undefined || route.source.namesSubject;
  return named || isOpen ? undefined : unknownAsset(route);
}

function decodeValues(pass: Pass, reading: Reading, entry: DirectoryEntry, time: Timestamp, quality: Quality): void {
  const { route, receivedAt, samples } = pass;
  const { values, units, timeName } = reading;
  const plan = route.source.planFor(entry.model);
  let names = 0;
  for (const name in values) {
    if (name === timeName) continue;
    names++;
    const target = plan.get(metricName(route, name));
    if (target === IGNORED) continue;
    const raw = values[name];
    if (!target) addRejection(pass.rejections, unknownMetric(entry), 1, entry.asset.id, metricName(route, name));
    for (let one = target; one !== undefined; one = one.next) {
      const reader = units === undefined ? one.reader : one.readerIn(ownProperty(units, name));
      const value = reader.read(raw);
      if (Number.isNaN(value)) {
        addRejection(pass.rejections, reader.refuse(raw), 1, entry.asset.id, metricName(route, name));
        continue;
      }
      const sample = { series: entry.series[one.metricIndex]!, time, value, quality, receivedAt };
      samples.push(reading.historical ? { ...sample, historical: true } : sample);
    }
  }
  if (names === 0) addRejection(pass.rejections, NO_VALUES, 0, entry.asset.id);
}

/** A corrected clock is one that may be wrong. */
function qualityOf({ quality = 0 }: Reading, offset: Duration): Quality {
  return offset !== 0 && quality === 0 ? 1 : quality;
}

function ownProperty(units: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(units, name) ? units[name] : undefined;
}

const NO_VALUES: Refusal = { reason: 'unexpected-shape', detail: 'a reading without any value' };

function refuseReadings(pass: Pass, readings: readonly (Reading | Refusal)[], refusal: Refusal): void {
  for (const reading of readings) {
    if (isRefusal(reading)) addRejection(pass.rejections, reading, 0, undefined);
    else refuseReading(pass, reading, refusal, undefined);
  }
}

function refuseReading(pass: Pass, reading: Reading, refusal: Refusal, assetId: string | undefined): void {
  addRejection(pass.rejections, refusal, countValues(pass.route, reading), assetId);
}

function unknownAsset(route: Route<CompiledSource>): Refusal {
  const who =
    route.assetId === undefined ? `device "${route.deviceId}" is bound to none` : `"${route.assetId}" is none`;
  return { reason: 'unknown-asset', detail: `${who} of the registered assets, and the source registers none` };
}

function unknownMetric(entry: DirectoryEntry): Refusal {
  const detail = `neither a metric of model ${entry.model.id} nor mapped or ignored by the source`;
  return { reason: 'unknown-metric', detail };
}

function untimely(
  reason: 'future-time' | 'too-old',
  time: Timestamp,
  receivedAt: Timestamp,
  side: string,
  limit: Duration,
): Refusal {
  const [stamp, receipt] = [new Date(time).toISOString(), new Date(receivedAt).toISOString()];
  return { reason, detail: `${stamp} is more than ${formatDuration(limit)} ${side} the receipt at ${receipt}` };
}
