import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfiguration, formatCheck } from '../../../src/config/check.ts';
import { tempFolder } from '../../support/temp.ts';

const MODEL = `id: pump
name: { en: Pump, zh: 泵 }
metrics: [{ id: temperature, kind: number, unit: °C }]
`;

/** Checks a folder with these files. */
function check(files: Record<string, string>, env: NodeJS.ProcessEnv = {}): string[] {
  const cwd = tempFolder();
  mkdirSync(join(cwd, 'models'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return formatCheck(checkConfiguration({ env, cwd }), cwd).split('\n');
}

describe('checkConfiguration', () => {
  it('gives everything that Fettle starts from', () => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, 'models'));
    writeFileSync(join(cwd, 'models', 'pump.yaml'), MODEL);
    writeFileSync(join(cwd, 'assets.csv'), 'id,model,site,device\np1,pump,s1,g1\n');
    const env = { FETTLE_MODELS: 'models', FETTLE_ASSETS: 'assets.csv' };
    const result = checkConfiguration({ env, cwd });
    expect(result).toMatchObject({
      configuration: {
        config: { models: join(cwd, 'models'), assets: join(cwd, 'assets.csv') },
        models: [{ id: 'pump' }],
        assets: [{ id: 'p1', modelId: 'pump' }],
        bindings: [{ deviceId: 'g1', assetId: 'p1', from: 0 }],
      },
    });
    expect(formatCheck(result, cwd)).toBe('The configuration is sound: 1 source, 1 model, 1 asset, 1 device binding.');
  });

  it('reports the mistakes of every file at once, in order of file and line', () => {
    const files = {
      'fettle.yaml': `models: models
http: { prot: 1 }
sources:
  - { id: a, topic: 'x/{foo}', metrics: { T: { metric: temprature }, U: { metric: temperature, unit: bar } } }
  - { id: b, topic: 'x/{asset}', autoRegister: { model: pmup, site: s } }
`,
      'models/pump.yaml': MODEL,
      'assets.yaml': 'assets: [{ id: a, model: pump }]\n',
    };
    expect(check(files, { FETTLE_HTTP_HOSTS: 'x' })).toEqual([
      'FETTLE_HTTP_HOSTS: unknown environment variable, did you mean FETTLE_HTTP_HOST?',
      'assets.yaml:1: assets[0].site: is missing: Where it stands.',
      "fettle.yaml:2: http.prot: unknown option 'prot', did you mean 'port'? Valid: port, host",
      expect.stringMatching(/^fettle.yaml:4: sources\[0\].topic: level "\{foo\}" is neither plain text nor one of /),
      expect.stringMatching(/^fettle.yaml:4: sources\[0\].metrics.T.metric: no model has a metric "temprature"/),
      expect.stringMatching(/^fettle.yaml:4: sources\[0\].metrics.U: .*bar.*\(model pump\)$/),
      expect.stringMatching(/^fettle.yaml:5: sources\[1\].autoRegister.model: there is no model "pmup"/),
      '7 problems',
    ]);
  });

  it('does not blame assets and mappings for a model that is wrong', () => {
    const files = {
      'fettle.yaml': "models: models\nsources: [{ id: a, topic: 'x/{foo}', metrics: { T: { metric: gone } } }]\n",
      'models/pump.yaml': MODEL.replace('kind: number', 'kind: nmber'),
      'assets.yaml': 'assets: [{ id: a, model: pump, site: s }]\n',
    };
    expect(check(files)).toEqual([
      expect.stringMatching(/^fettle.yaml:2: sources\[0\].topic: level "\{foo\}" /),
      "models/pump.yaml:3: metrics[0].kind: must be number, state or event, not 'nmber'",
      '2 problems',
    ]);
  });

  it('checks the models and assets as well when the configuration can not be used', () => {
    const files = {
      'fettle.yaml': 'models: models\nhttp: { port: x }\n',
      'models/pump.yaml': `${MODEL}extra: 1\n`,
    };
    expect(check(files)).toEqual([
      "fettle.yaml:2: http.port: must be a whole number from 0 to 65535, not 'x'",
      "models/pump.yaml:4: extra: unknown option 'extra'; valid: id, name, metrics, asset, indicators, components, servicePlans",
      '2 problems',
    ]);
  });

  describe('with an expression in a file of its own', () => {
    const source = (rest: string) => `models: models\nsources:\n  - { id: v, topic: 'v/{asset}', ${rest} }\n`;
    const checked = (rest: string, files: Record<string, string> = {}) =>
      check({ 'fettle.yaml': source(rest), 'models/pump.yaml': MODEL, ...files });

    it('reads it from the folder of the configuration', () => {
      const cwd = tempFolder();
      mkdirSync(join(cwd, 'conf', 'models'), { recursive: true });
      writeFileSync(join(cwd, 'conf', 'models', 'pump.yaml'), MODEL);
      writeFileSync(join(cwd, 'conf', 'v.jsonata'), '\ufeff{ "values": { "temperature": t } }\n');
      writeFileSync(join(cwd, 'conf', 'fettle.yaml'), source('codec: jsonata, expressionFile: v.jsonata'));
      const result = checkConfiguration({ env: {}, cwd, file: 'conf/fettle.yaml' });
      const [read] = 'configuration' in result ? result.configuration.config.sources : [];
      expect(read).toMatchObject({ expression: '{ "values": { "temperature": t } }\n' });
      expect(read).not.toHaveProperty('expressionFile');
    });

    it.each([
      ['is not there', 'codec: jsonata, expressionFile: v.jsonata', {}, /there is no file .*v\.jsonata$/],
      ['is a folder', 'codec: jsonata, expressionFile: models', {}, /there is no file .*models$/],
      [
        'is empty',
        'codec: jsonata, expressionFile: v',
        { v: ' \n' },
        /the file .*v is empty; it must hold the expression$/,
      ],
      [
        'is there beside an expression',
        'codec: jsonata, expression: a, expressionFile: v',
        { v: 'b' },
        /is there beside expression; set one of the two$/,
      ],
      [
        'has a mistake',
        'codec: jsonata, expressionFile: v',
        { v: '{\n  "values": (\n}' },
        /.*\/v: .*\(line 3, column 2 of the expression\)$/,
      ],
      ['is of another codec', 'codec: json, expressionFile: v', { v: 'a' }, /.*\/v: codec json has no such options$/],
    ] as const)('says where it %s', (_, rest, files, message) => {
      const problem = new RegExp(`^fettle.yaml:3: sources\\[0\\].expressionFile: ${message.source}`);
      expect(checked(rest, files)).toEqual([expect.stringMatching(problem), '1 problem']);
    });

    it('says where neither is there', () => {
      expect(checked('codec: jsonata')).toEqual([
        'fettle.yaml:3: sources[0].codec: codec jsonata needs an expression, or an expressionFile',
        '1 problem',
      ]);
    });
  });
});
