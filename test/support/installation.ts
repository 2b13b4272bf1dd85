import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RIG } from './rig.ts';

export const API_KEY = 'test-key-of-the-whole-service';

export interface InstallationOptions {
  readonly models?: readonly { readonly id: string }[];
  readonly assets?: readonly object[];
  /** Options of fettle.yaml beside the usual ones. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Writes fettle.yaml, models and assets (JSON is YAML) into a folder. Embedded parts, free ports, everything done often. */
export function writeInstallation(folder: string, { models = [RIG], assets = [], config }: InstallationOptions): void {
  mkdirSync(join(folder, 'models'), { recursive: true });
  for (const model of models) write(join(folder, 'models', `${model.id}.yaml`), model);
  write(join(folder, 'assets.yaml'), { assets });
  write(join(folder, 'fettle.yaml'), {
    dataDir: './data',
    models: './models',
    assets: './assets.yaml',
    apiKey: API_KEY,
    http: { port: 0 },
    mqtt: { port: 0 },
    assess: { checkpointEvery: '200ms', tickEvery: '200ms' },
    sources: [{ id: 'rigs', topic: 'rigs/{site}/{asset}' }],
    ...config,
  });
}

function write(file: string, content: object): void {
  writeFileSync(file, JSON.stringify(content));
}
