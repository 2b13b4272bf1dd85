import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { SourceDefinition } from '../../../src/domain/source.ts';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { explainDecode } from '../../../src/pipeline/explain.ts';
import { MemoryDirectory } from '../../support/directory.ts';
import { jsonSource, PUMP, RETENTION } from '../../support/telemetry.ts';

/**
 * A case is a folder test/cases/codecs/<codec>/<name> of payload.json or payload.bin, expected.json, and where it is
 * not the usual source (test/support/telemetry.ts) or topic a source.yaml with what differs. There is one asset, pump-1,
 * for which gateway-1 speaks; the message is received ten seconds after the new year of 2024.
 */
const ROOT = new URL('../../cases/codecs/', import.meta.url);
const RECEIVED_AT = Date.UTC(2024, 0, 1, 0, 0, 10);

interface CaseSource extends Partial<SourceDefinition> {
  readonly message?: { readonly topic: string };
}

function run(codec: string, folder: URL): unknown {
  const file = (name: string) => new URL(name, folder);
  const source = existsSync(file('source.yaml'))
    ? (parse(readFileSync(file('source.yaml'), 'utf8')) as CaseSource)
    : ({} as CaseSource);
  const { message, ...change } = source;
  const payload = readFileSync(existsSync(file('payload.bin')) ? file('payload.bin') : file('payload.json'));
  const directory = new MemoryDirectory([PUMP]);
  directory.add('pump-1', PUMP.id);
  directory.bind({ deviceId: 'gateway-1', assetId: 'pump-1', from: 0 });
  const decoder = createDecoder({ sources: [jsonSource({ codec, ...change })], directory, retention: RETENTION });
  const topic = message?.topic ?? 'acme/site-1/pump-1/telemetry';
  const { samples, rejections } = explainDecode(decoder, directory, { topic, payload, receivedAt: RECEIVED_AT });
  return {
    samples: samples.map(({ metric, time, value, quality }) => ({ metric, time, value: withoutNoise(value), quality })),
    rejections: rejections.map(({ reason, metric, samples: count }) => ({ reason, metric, samples: count })),
  };
}

/** Unit conversions end in binary noise. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

for (const codec of readdirSync(ROOT)) {
  describe(codec, () => {
    const root = new URL(`${codec}/`, ROOT);
    it.each(readdirSync(root))('%s', (name) => {
      const folder = new URL(`${basename(name)}/`, root);
      const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as unknown;
      expect(run(codec, folder)).toEqual(expected);
    });
  });
}
