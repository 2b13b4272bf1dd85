import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isTableName, TABLE_FORM } from '../../adapters/tables/index.ts';
import type { Configuration } from '../../config/check.ts';
import { isTimeZone } from '../../domain/zone.ts';
import { CommandError } from '../commandError.ts';
import { loadConfiguration } from '../load.ts';
import { fettleOf } from '../runningApi.ts';
import { stopSignals } from '../stopSignals.ts';
import { importHere } from './here.ts';
import { type FileOptions, importFile } from './importFile.ts';
import type { LayoutOptions } from './layout.ts';
import { type FileSummary, nextStep, summaryOf } from './summary.ts';
import { importThere } from './there.ts';

export interface ImportOptions extends Omit<LayoutOptions, 'skip'> {
  readonly config?: string;
  readonly source?: string;
  readonly skip?: readonly string[];
  readonly zone?: string;
  readonly timeFormat?: string;
  readonly decimal?: string;
  readonly dryRun?: boolean;
  readonly again?: boolean;
  readonly notes?: string;
  readonly url?: string;
  readonly key?: string;
}

/** `fettle import`: brings history out of files. The exit code is 1 when a row was refused, or not all was brought. */
export async function importCommand(paths: readonly string[], options: ImportOptions): Promise<void> {
  const configuration = loadConfiguration({ file: options.config, env: process.env, cwd: process.cwd() });
  const stop = stopSignals((text) => process.stderr.write(`\n${text}\n`));
  // Also where a part that does not close has the process ended meanwhile.
  process.exitCode = 1;
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const summaries = await importFiles(paths, options, configuration, { signal: stop.signal, say });
  for (const summary of summaries) process.stdout.write(summaryOf(summary));
  const counts = summaries.map((summary) => summary.counts);
  if (!options.dryRun) process.stdout.write(nextStep(counts, configuration.config.models));
  process.exitCode = counts.some(({ refusedRows }) => refusedRows > 0) ? 1 : 0;
}

/** Into the Fettle that runs on this configuration, through its API; where none does, into its data itself. */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
  configuration: Configuration,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (text: string) => void },
): Promise<FileSummary[]> {
  const files = paths.flatMap(filesAt);
  const asked = askedBy(options, configuration);
  const { url, key } = options;
  const { config } = configuration;
  const named = { ...config, ...(url !== undefined && { publicUrl: url }), ...(key !== undefined && { apiKey: key }) };
  const running = await fettleOf(named, signal, 'an import');
  if (url !== undefined && running?.url !== url) throw new CommandError(`no Fettle answers at ${url}`);
  const taker = running ? importThere(running, signal) : await importHere(configuration, signal);
  say(`into ${running ? `Fettle at ${taker.place}` : `the data in ${taker.place}`}, as source ${asked.source}`);
  try {
    const summaries: FileSummary[] = [];
    for (const file of files) summaries.push(await importFile(file, asked, { taker, signal, say }));
    return summaries;
  } finally {
    await taker.close();
  }
}

/** A file as it is, or the tables of a folder by name. */
function filesAt(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
  if (!isFolder) return [path];
  const names = readdirSync(path).filter((name) => isTableName(name) && !name.endsWith('.refused.csv'));
  if (names.length === 0) throw new CommandError(`${path} has no tables: ${TABLE_FORM}`);
  return names.sort().map((name) => join(path, name));
}

function askedBy(options: ImportOptions, { config: { sources } }: Configuration): FileOptions {
  const { source = onlySource(sources), skip = [], zone, decimal = '.', dryRun = false, again = false } = options;
  if (zone !== undefined && !isTimeZone(zone))
    throw new CommandError(`--zone takes an IANA time zone such as Europe/Berlin, not '${zone}'`);
  if (decimal !== '.' && decimal !== ',') throw new CommandError(`--decimal takes . or ,, not '${decimal}'`);
  const definition = sources.find(({ id }) => id === source);
  if (!definition && options.url === undefined)
    throw new CommandError(`no source '${source}'; there are ${sources.map(({ id }) => id).join(', ')}`);
  return { ...options, source, skip, decimal, dryRun, again };
}

function onlySource(sources: readonly { readonly id: string }[]): string {
  const [only] = sources;
  if (sources.length === 1) return only!.id;
  throw new CommandError(`say with --source which of ${sources.map(({ id }) => id).join(', ')} the data are of`);
}
