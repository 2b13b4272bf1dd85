import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createExpressions } from '../../src/adapters/expressions/index.ts';
import { CODECS } from '../../src/codecs/index.ts';
import type { Configuration } from '../../src/config/check.ts';
import { checkConfiguration } from '../../src/config/check.ts';
import { formatProblems } from '../../src/config/problem.ts';
import type { Directory } from '../../src/domain/directory.ts';
import { createDecoder } from '../../src/pipeline/decode.ts';
import { explainDecode } from '../../src/pipeline/explain.ts';
import { withPresence } from '../../src/pipeline/presence.ts';
import { MemoryDirectory } from '../support/directory.ts';
import { SAMPLES } from '../support/sourcesPage.ts';
import { RETENTION } from '../support/telemetry.ts';
import { tempFolder } from '../support/temp.ts';

const NEW_YEAR = Date.UTC(2026, 0, 1, 0, 0, 10);

/** What the page says its samples feed. */
const MODEL = `
id: pump
name: { en: Pump, zh: 泵 }
metrics:
  - { id: temperature, kind: number, unit: °C }
  - { id: pressure, kind: number, unit: bar }
  - { id: current, kind: number, unit: A }
  - { id: hours, kind: number, unit: h }
  - { id: running, kind: state, codes: { stopped: 0, running: 1 } }
  - { id: fault, kind: event, codes: { none: 0, overload: 2, dry-running: 3 } }
components: []
`;

function configure(yaml: string): Configuration {
  const cwd = tempFolder();
  mkdirSync(join(cwd, 'models'));
  writeFileSync(join(cwd, 'models', 'pump.yaml'), MODEL);
  writeFileSync(join(cwd, 'fettle.yaml'), `models: models\n${yaml}`);
  const result = checkConfiguration({ env: {}, cwd });
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  return result.configuration;
}

/** Whoever is asked for is the pump. */
function pumpOf({ models }: Configuration): Directory {
  const directory = new MemoryDirectory(models);
  const pump = directory.add('pump-1', 'pump');
  return { byAsset: () => pump, byDevice: () => pump, register: () => pump };
}

const expressions = createExpressions();
afterAll(() => expressions.close());

describe('docs/sources.md', () => {
  it.each(SAMPLES)('has a sound source of $heading', ({ yaml }) => {
    const { sources, presence } = configure(yaml).config;
    expect([...sources, ...presence]).not.toEqual([]);
  });

  it.each(SAMPLES.filter(({ payload }) => payload))('has a message of $heading that is read whole', async (sample) => {
    const configuration = configure(sample.yaml);
    const directory = pumpOf(configuration);
    const { sources, presence } = configuration.config;
    const decoder = withPresence(
      createDecoder({ sources, directory, retention: RETENTION, expressions }),
      presence,
      directory,
    );
    const message = { topic: sample.topic!, payload: sample.payload!, receivedAt: NEW_YEAR };
    const { samples, rejections } = explainDecode(decoder, directory, message, await decoder.prepare(message));
    const { connectivity = [] } = decoder.decode(message);
    expect(rejections).toEqual([]);
    expect([...samples, ...connectivity]).not.toEqual([]);
  });

  it('has a source and a message of every codec', () => {
    const shown = SAMPLES.filter(({ payload }) => payload).map(
      ({ yaml }) => /codec: ([\w-]+)/.exec(yaml)?.[1] ?? 'json',
    );
    // A message of Sparkplug alone says little: its names are told by a birth.
    const codecs = Object.keys(CODECS).filter((codec) => codec !== 'sparkplug-b');
    expect(codecs.filter((codec) => !shown.includes(codec))).toEqual([]);
  });
});
