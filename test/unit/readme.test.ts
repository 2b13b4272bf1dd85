import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { loadModels } from '../../src/config/models.ts';
import { DEFAULT_SOURCES } from '../../src/config/sourceSchema.ts';
import { DAY, SECOND } from '../../src/domain/time.ts';
import { createDecoder } from '../../src/pipeline/decode.ts';
import { Fleet } from '../../src/pipeline/fleet.ts';

it('shows a payload that the usual source and a shipped model take', () => {
  const readme = readFileSync('README.md', 'utf8');
  const payload = /```json\s+([\s\S]*?)```/.exec(readme)![1]!;
  const models = loadModels('models');
  const configured = loadConfig({ env: {}, cwd: 'models' });
  if ('problems' in models || 'problems' in configured) throw new Error('the shipped files are not sound');
  const source = configured.config.sources[0]!;
  expect(source.topic).toBe(DEFAULT_SOURCES[0]!.topic);
  expect(readme).toContain(source.topic);

  const autoRegister = { modelId: 'screw-compressor', siteId: 'plant', max: 1 };
  const directory = new Fleet(models.models);
  const decoder = createDecoder({ sources: [{ ...source, autoRegister }], directory, retention: DAY });
  const receivedAt = Date.parse((JSON.parse(payload) as { ts: string }).ts) + SECOND;
  const message = { topic: 'fettle/plant/comp/telemetry', payload: Buffer.from(payload), receivedAt };
  const { samples, rejections } = decoder.decode(message);
  expect(rejections).toEqual([]);
  expect(samples.map(({ series, value }) => [series.metricId, value])).toEqual([
    ['oil-temperature', 82.5],
    ['running', 2],
  ]);
});
