import { readFileSync } from 'node:fs';
import { createExpressions } from '../adapters/expressions/index.ts';
import type { AssetModel } from '../domain/model.ts';
import { createDecoder } from '../pipeline/decode.ts';
import { explainDecode, formatExplanation } from '../pipeline/explain.ts';
import { Fleet } from '../pipeline/fleet.ts';
import { withPresence } from '../pipeline/presence.ts';
import { CommandError } from './commandError.ts';
import { loadConfiguration } from './load.ts';

export interface DecodeOptions {
  readonly topic: string;
  readonly source?: string;
  readonly json?: boolean;
  /** Asset model of assets that are not registered. */
  readonly model?: string;
  readonly config?: string;
}

/** `fettle decode`: what a payload becomes with the configured sources, presence topics, models and assets. Nothing is stored; the exit code is 1 when anything is refused. */
export async function decode(
  file: string,
  { topic, source, json, model, config: configFile }: DecodeOptions,
): Promise<void> {
  const { config, models, assets, bindings } = loadConfiguration({
    file: configFile,
    env: process.env,
    cwd: process.cwd(),
  });
  const autoRegister = model === undefined ? undefined : { modelId: known(model, models), siteId: 'decode', max: 1 };
  const sources = config.sources
    .filter(({ id }) => source === undefined || id === source)
    .map((definition) => (autoRegister ? { ...definition, autoRegister } : definition));
  const presence = config.presence.filter(({ id }) => source === undefined || id === source);
  if (sources.length + presence.length === 0) {
    const known = [...config.sources, ...config.presence].map(({ id }) => id);
    throw new CommandError(`no source '${source}'; there are ${known.join(', ')}`);
  }
  const directory = new Fleet(models);
  for (const asset of assets) directory.add(asset);
  directory.setBindings(bindings);
  const expressions = createExpressions();
  const ofSources = createDecoder({ sources, directory, retention: config.store.retention, expressions });
  const decoder = withPresence(ofSources, presence, directory);
  const message = { topic, payload: read(file), receivedAt: Date.now() };
  const prepared = await decoder.prepare(message);
  await expressions.close();
  const explanation = explainDecode(decoder, directory, message, prepared, presence);
  if (explanation.rejections.length > 0) process.exitCode = 1;
  process.stdout.write(json ? `${JSON.stringify(explanation, null, 2)}\n` : formatExplanation(explanation));
}

function known(id: string, models: readonly AssetModel[]): string {
  if (models.some((model) => model.id === id)) return id;
  throw new CommandError(`no model '${id}'; there are ${models.map((model) => model.id).join(', ')}`);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
