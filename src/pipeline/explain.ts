import type { ConnectivityState } from '../domain/connectivity.ts';
import type { TrialSample } from '../domain/decodeTrial.ts';
import type { Directory } from '../domain/directory.ts';
import type { MetricDefinition } from '../domain/model.ts';
import type { PresenceDefinition } from '../domain/presence.ts';
import type { Rejection, Sample } from '../domain/sample.ts';
import { type Timestamp, toMicros } from '../domain/time.ts';
import type { Decoder, DecoderMessage, Prepared } from './decode.ts';
import { explainPresence } from './explainPresence.ts';

/** What became of a message, for people and as JSON. */
export interface Explanation {
  /** A source, or an entry of `presence`. */
  readonly source: string | null;
  readonly samples: readonly TrialSample[];
  readonly rejections: readonly Rejection[];
  /** On a presence topic: who would be online or offline. */
  readonly connectivity?: readonly ExplainedConnection[];
  /** On a presence topic: by which word, or why it says nothing. */
  readonly said?: string;
}

export interface ExplainedConnection {
  readonly asset: string;
  readonly state: ConnectivityState;
  readonly since: string;
  /** Whose clock says since when. */
  readonly clock: 'receipt' | 'device';
}

export function explainDecode(
  decoder: Decoder,
  directory: Directory,
  message: DecoderMessage,
  prepared?: Prepared,
  presence: readonly PresenceDefinition[] = [],
): Explanation {
  const decoded = decoder.decode(message, prepared);
  const { sourceId, samples, rejections } = decoded;
  return {
    source: sourceId ?? null,
    samples: samples.map((sample) => explainSample(directory, sample)),
    rejections,
    ...explainPresence(presence, decoded, message),
  };
}

function explainSample(directory: Directory, { series, time, value, quality }: Sample): TrialSample {
  const metric = directory.byAsset(series.assetId)?.model.metrics[series.metricIndex];
  const symbol = metric && symbolOf(metric, value);
  const meaning = symbol === undefined ? undefined : metric?.texts?.[symbol]?.en;
  return {
    asset: series.assetId,
    metric: series.metricId,
    time: isoTime(time),
    value,
    ...(metric?.unit !== undefined && { unit: metric.unit }),
    ...(symbol !== undefined && { symbol }),
    ...(meaning && { meaning }),
    quality,
  };
}

function symbolOf(metric: MetricDefinition, value: number): string | undefined {
  return Object.entries(metric.codes ?? {}).find(([, code]) => code === value)?.[0];
}

function isoTime(time: Timestamp): string {
  const micros = toMicros(time) % 1000;
  const iso = new Date(Math.floor(time)).toISOString();
  return micros === 0 ? iso : iso.replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

/** The explanation as lines of text: a table of the samples, or what is said of a connection, then what was refused and why. */
export function formatExplanation({ source, samples, rejections, connectivity, said }: Explanation): string {
  const lines = [`source: ${source ?? 'none'}`];
  if (said !== undefined) lines.push('', ...(connectivity ?? []).map(connectionLine), said);
  if (samples.length > 0) lines.push('', ...table([['asset', 'metric', 'time', 'value', 'unit'], ...samples.map(row)]));
  if (rejections.length > 0) lines.push('', 'refused:', ...rejections.map(reasonLine));
  if (said === undefined && samples.length + rejections.length === 0)
    lines.push('', 'nothing but names that the source ignores');
  return `${lines.join('\n')}\n`;
}

function connectionLine({ asset, state, since, clock }: ExplainedConnection): string {
  return `${asset} would be ${state} since ${since}, ${clock === 'receipt' ? 'when it is received' : 'as the payload says'}`;
}

function row(sample: TrialSample): string[] {
  const { symbol, meaning } = sample;
  const named = meaning === undefined ? symbol : `${symbol}: ${meaning}`;
  const value = named === undefined ? String(sample.value) : `${sample.value} (${named})`;
  return [sample.asset, sample.metric, sample.time, value, sample.unit ?? ''];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function reasonLine({ reason, detail, metric, samples }: Rejection): string {
  const what = metric === undefined ? `${samples} ${samples === 1 ? 'value' : 'values'}` : metric;
  return `  ${reason}: ${what}: ${detail}`;
}
