import type { Static } from 'typebox';
import type { CommissioningSchema } from '../api/resources/commissioning.ts';
import type { UnmappedSchema } from '../api/resources/unmapped.ts';
import type { Config } from '../config/schema.ts';
import { CommandError } from './commandError.ts';
import { loadConfiguration } from './load.ts';
import { callApi, fettleOf, type RunningApi } from './runningApi.ts';

export interface CommissionOptions {
  readonly json?: boolean;
  readonly config?: string;
}

type Report = Static<typeof CommissioningSchema>;
type Unmapped = Static<typeof UnmappedSchema>;

export interface Commissioned {
  readonly assets: readonly Report[];
  /** There are more assets, which were not asked for by their ids. */
  readonly more: boolean;
  readonly unmapped: Unmapped;
}

/** Assets that are looked at where none is named: more are not read by anybody. */
const MOST_ASSETS = 100;
/** Time that a Fettle has to say that it is there. */
const LOOK_LIMIT_MS = 10_000;

/**
 * `fettle commission`: whether assets, or the first hundred, are ready to be watched, and what a running Fettle hears and does
 * not map. The exit code is 1 unless all of them are ready.
 */
export async function commission(
  assetIds: readonly string[],
  { json, config: file }: CommissionOptions,
): Promise<void> {
  const { config } = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const told = await commissioned(config, assetIds);
  process.stdout.write(json ? `${JSON.stringify(told, null, 2)}\n` : formatCommissioned(told));
  if (!told.assets.every(({ ready }) => ready)) process.exitCode = 1;
}

/** Rejects with a CommandError where no Fettle runs on this configuration, or it does not know an asset. */
export async function commissioned(config: Config, assetIds: readonly string[]): Promise<Commissioned> {
  const api = await fettleOf(config, AbortSignal.timeout(LOOK_LIMIT_MS), 'its report', 'viewer');
  if (!api) throw new CommandError('no Fettle runs on this configuration: start it, or name its address in publicUrl');
  const { ids, more } = assetIds.length > 0 ? { ids: assetIds, more: false } : await firstAssets(api);
  const assets: Report[] = [];
  for (const id of ids)
    assets.push(await callApi<Report>(api, 'GET', `/assets/${encodeURIComponent(id)}/commissioning`));
  return { assets, more, unmapped: await callApi<Unmapped>(api, 'GET', '/unmapped') };
}

async function firstAssets(api: RunningApi): Promise<{ readonly ids: readonly string[]; readonly more: boolean }> {
  const path = `/assets?limit=${MOST_ASSETS}`;
  const { items, nextCursor } = await callApi<{ items: { id: string }[]; nextCursor?: string }>(api, 'GET', path);
  return { ids: items.map(({ id }) => id), more: nextCursor !== undefined };
}

/** For people: what blocks is marked by `!`. */
export function formatCommissioned({ assets, more, unmapped }: Commissioned): string {
  const { topics, sources, mappedSince } = unmapped;
  const blocks = [
    ...assets.map(formatAsset),
    ...(more ? [`these are the first ${assets.length} assets: name others by their ids`] : []),
    ...topics.map(formatTopics),
    ...sources.map(({ sourceId, yaml }) => `source ${sourceId} has names that are not mapped\n\n${yaml.trimEnd()}`),
    ...(mappedSince > 0 ? [`${mappedSince} dead letters are of what is mapped by now: take them again`] : []),
    ...(topics.length + sources.length === 0 ? ['everything that came is mapped'] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function formatAsset({ assetId, ready, reasons, interval, qos, clockErrorSeconds }: Report): string {
  const figures = [
    interval && `reports every ${interval.medianSeconds} s, ${Math.round(interval.regular * 100)} % of the time`,
    qos !== undefined && `QoS ${qos}`,
    clockErrorSeconds !== undefined && `clock off by ${clockErrorSeconds} s`,
  ].filter((text) => text);
  return [
    `${assetId}: ${ready ? 'ready' : 'not ready'}`,
    ...reasons.map(({ blocks, text }) => `  ${blocks ? '!' : '-'} ${text.en}`),
    ...(figures.length > 0 ? [`  ${figures.join('; ')}`] : []),
  ].join('\n');
}

function formatTopics({ topic, topics, messages, suggestion }: Unmapped['topics'][number]): string {
  const heading = `${topic} is taken by nothing: ${messages} messages kept, of ${topics} topics`;
  return suggestion ? `${heading}; below ${suggestion.into}:\n\n${suggestion.yaml.trimEnd()}` : heading;
}
