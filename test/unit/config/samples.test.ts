import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AssetSchema } from '../../../src/config/assetSchema.ts';
import { parseAssetsYaml } from '../../../src/config/assets.ts';
import { checkConfiguration, formatCheck } from '../../../src/config/check.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { installationFolder, shippedModels } from '../../../src/config/installation.ts';
import { leaves } from '../../../src/config/leaves.ts';
import { loadModels } from '../../../src/config/models.ts';
import { optionRows } from '../../../src/config/optionRows.ts';
import { ConfigSchema } from '../../../src/config/schema.ts';
import { valueAt } from '../../../src/config/values.ts';
import { tempFolder } from '../../support/temp.ts';

const root = installationFolder();
const sample = readFileSync(join(root, 'fettle.yaml'), 'utf8');
/** The sample with every option switched on: `#option` is one, `# text` is not. */
const everything = sample.replaceAll(/^( *)#(?=[^ \n])/gm, '$1').replaceAll(/^#( +[a-zA-Z]+: \S+)$/gm, '$1');

/** The sample's desk is of one kind; docs/desks.md shows the others. */
function ofOtherDesks([section, option = '']: readonly string[]): boolean {
  return section === 'desk' && !(option in ConfigSchema.properties.desk.anyOf[1].properties);
}

describe('fettle.yaml', () => {
  it('says as it comes the same as no file at all', () => {
    const cwd = tempFolder();
    const defaults = loadConfig({ env: {}, cwd });
    writeFileSync(join(cwd, 'fettle.yaml'), sample);
    expect(loadConfig({ env: {}, cwd })).toEqual(defaults);
    expect(defaults).toHaveProperty('config');
  });

  it('is sound with every option switched on, but for the files of the examples', () => {
    const cwd = tempFolder();
    for (const name of ['fettle.yaml', 'assets.example.yaml']) {
      writeFileSync(join(cwd, name), name === 'fettle.yaml' ? everything : readFileSync(join(root, name)));
    }
    const env = { FETTLE_MODELS: shippedModels() };
    const result = checkConfiguration({ env, cwd });
    const lines = formatCheck(result, cwd).replaceAll(cwd, '.').split('\n');
    const missing =
      /^fettle.yaml:\d+: [\w.[\]]+File: there is no file .\/(?:certs\/[\w-]+\.(?:pem|key)|vendor\.jsonata)$/;
    expect(lines.filter((line) => !missing.test(line))).toEqual(['10 problems']);
  });

  it('shows every option, with its default where it has one', () => {
    const shown: unknown = parse(everything);
    for (const { path, schema } of leaves(ConfigSchema).filter(({ path }) => !ofOtherDesks(path))) {
      const value = valueAt(shown, path);
      expect(value, path.join('.')).toBeDefined();
      const fallback = defaultOf(schema);
      if (fallback !== undefined) expect(String(value), path.join('.')).toBe(String(fallback));
    }
    for (const row of optionRows(ConfigSchema).filter(({ path }) => path.startsWith('sources[].'))) {
      const path = row.path.split('.').slice(1);
      // Options of one codec are shown with a source that has it, those of mappings with one of them.
      const [value] = (valueAt(shown, ['sources']) as unknown[]).flatMap((one) =>
        ['oilTemp', 'run', 'alarm', 'pressure']
          .map((name) =>
            valueAt(
              one,
              path.map((key) => (key === '<name>' ? name : key)),
            ),
          )
          .filter((found) => found !== undefined),
      );
      expect(value, row.path).toBeDefined();
      const isMapOrList = typeof value === 'object';
      if (row.fallback !== undefined && !isMapOrList) expect(String(value), row.path).toBe(row.fallback);
    }
  });
});

describe('assets.example.yaml', () => {
  const text = readFileSync(join(root, 'assets.example.yaml'), 'utf8');

  it('is sound with the models that come with Fettle', () => {
    const loaded = loadModels(shippedModels());
    const models = 'models' in loaded ? loaded.models : [];
    const result = parseAssetsYaml(text, 'assets.example.yaml', models);
    expect('assets' in result && result.assets.map((asset) => asset.id)).toEqual(['comp-0001', 'lift-0001']);
  });

  it('shows every option', () => {
    const first = valueAt(parse(text), ['assets', 0]);
    for (const { path } of optionRows(AssetSchema)) {
      const keys = path.replace('[]', '.0').replace('<name>', 'oil').split('.');
      expect(valueAt(first, keys) ?? valueAt(first, ['devices', 0, keys.at(-1) ?? '']), path).toBeDefined();
    }
  });
});

function defaultOf(schema: TSchema): unknown {
  return (schema as { default?: unknown }).default;
}

describe('shipped models', () => {
  it('mark as stormable only what has its cause outside of the asset: no wear and no failing part', () => {
    const loaded = loadModels(shippedModels());
    if ('problems' in loaded) throw new Error('the shipped models have problems');
    const stormable = loaded.models.flatMap(({ id, failureModes, components }) =>
      [...failureModes, ...components.flatMap((component) => component.failureModes)]
        .filter((mode) => mode.stormable)
        .map((mode) => `${id}/${mode.id}`),
    );
    expect(stormable).toEqual(['room-climate/temperature-unusual']);
  });
});
