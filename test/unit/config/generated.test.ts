import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Schema from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { VARIABLES } from '../../../src/config/environment.ts';
import { installationFolder, shippedModels } from '../../../src/config/installation.ts';
import { leaves } from '../../../src/config/leaves.ts';
import { generatedFiles } from '../../../src/config/reference.ts';
import { ConfigSchema } from '../../../src/config/schema.ts';
import { ruleKinds } from '../../../src/rules/index.ts';

const root = installationFolder();
const generated = generatedFiles(ruleKinds);

/** What an editor says to a file, as the number of its complaints. */
function judge(schema: string, text: string): unknown[] {
  const [, errors] = Schema.Errors(JSON.parse(generated.get(schema) ?? ''), parse(text));
  return errors;
}

describe('the generated files', () => {
  it.each([
    ...generated,
  ])('%s is up to date (else: npm run build && node dist/src/config/generate.js)', (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  });

  it('name every option with its variable, each variable once, and every parameter of every rule kind', () => {
    const reference = generated.get('docs/configuration.md') ?? '';
    const options = leaves(ConfigSchema);
    expect(VARIABLES.size).toBe(options.length);
    for (const [name, { path }] of VARIABLES)
      expect(reference).toMatch(new RegExp(`\\| \`${path.join('\\.')}\` .*\`${name}\``));
    for (const { kind, params } of ruleKinds.values()) {
      const section = reference.split(`#### ${kind}\n`)[1]?.split('\n#')[0];
      for (const name of Object.keys(params.properties)) expect(section).toMatch(new RegExp(`\\| \`${name}[\`.]`));
    }
    for (const name of [
      'FETTLE_HTTP_PORT',
      'FETTLE_HTTP_HOST',
      'FETTLE_MQTT_URL',
      'FETTLE_MQTT_PORT',
      'FETTLE_DATA_DIR',
      'FETTLE_API_KEY',
    ]) {
      expect(VARIABLES.has(name), name).toBe(true);
    }
  });
});

describe('the editor schemas', () => {
  it('accept the samples and the models that come with Fettle', () => {
    const sample = readFileSync(join(root, 'fettle.yaml'), 'utf8');
    const assets = readFileSync(join(root, 'assets.example.yaml'), 'utf8');
    expect(judge('docs/schema/fettle.schema.json', sample)).toEqual([]);
    expect(judge('docs/schema/assets.schema.json', assets)).toEqual([]);
    for (const name of readdirSync(shippedModels()).filter((file) => file.endsWith('.yaml'))) {
      const model = readFileSync(join(shippedModels(), name), 'utf8');
      expect(judge('docs/schema/model.schema.json', model), name).toEqual([]);
    }
  });

  it.each([
    ['fettle', 'http: { prot: 80 }'],
    ['fettle', 'http: { port: 70000 }'],
    ['fettle', 'desk: { kind: webhook, url: "http://x" }'],
    ['assets', 'assets: [{ id: a, model: pump }]'],
    ['model', 'id: x'],
  ])('refuse in %s: %s', (schema, text) => {
    expect(judge(`docs/schema/${schema}.schema.json`, text)).not.toEqual([]);
  });
});
